/** Lets the person keep a text as a file: WeChat keeps none, so they send it to a chat of theirs. */
export function saveText(name: string, text: string) {
  const filePath = `${wx.env.USER_DATA_PATH}/${name}`;
  return new Promise<void>((resolve, reject) => {
    wx.getFileSystemManager().writeFile({
      filePath, data: text, encoding: 'utf8',
      success: () => wx.shareFileMessage({ filePath, fileName: name, success: () => resolve(), fail: reject }),
      fail: reject,
    });
  });
}
