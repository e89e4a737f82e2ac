export default {
  signIn: '登录',
  lead: '进入您店铺的管理后台。',
  ended: '登录已失效，请重新登录后继续。',
  brand: '店铺',
  brandHelp: '店铺在网址中的名称，例如 casa-lido。',
  email: '邮箱',
  password: '密码',
  code: '验证码',
  codeHelp: '来自身份验证器应用，也可以使用一个恢复码。',
};
