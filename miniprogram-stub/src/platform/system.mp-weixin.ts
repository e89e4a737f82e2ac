/** The language of the person's device. */
export const systemLanguage = () => (wx.getAppBaseInfo?.() ?? wx.getSystemInfoSync()).language;

/** Whether the program draws its own bar with the page's title: WeChat does. */
export const drawsBar = false;
