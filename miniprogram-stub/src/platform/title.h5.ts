/** Writes the title of the page that is shown, and the language it is in. */
export function nameProgram(title: string, language: string) {
  document.title = title;
  document.documentElement.lang = language;
  // WeChat's phone writes it into its bar, and offers the way back.
  if (window.parent !== window) window.parent.postMessage({ type: 'wx.setNavigationBarTitle', params: { title, deep: getCurrentPages().length > 1 } }, '*');
}
