export default {
  signIn: 'Sign in',
  lead: 'To the console of your shop.',
  ended: 'Your session has ended. Sign in again to go on where you were.',
  brand: 'Shop',
  brandHelp: 'Its name in addresses, such as casa-lido.',
  email: 'E-mail',
  password: 'Password',
  code: 'Code',
  codeHelp: 'From your authenticator app, or one of your recovery codes.',
};
