export default {
  signIn: 'Accedi',
  lead: 'Alla console del tuo negozio.',
  ended: 'La sessione è terminata. Accedi di nuovo per riprendere da dove eri.',
  brand: 'Negozio',
  brandHelp: 'Il suo nome negli indirizzi, ad esempio casa-lido.',
  email: 'E-mail',
  password: 'Password',
  code: 'Codice',
  codeHelp: 'Dalla tua app di autenticazione, oppure uno dei codici di recupero.',
};
