/** Writes the title of the page that is shown. */
export function nameProgram(title: string, _language: string) {
  wx.setNavigationBarTitle({ title });
}
