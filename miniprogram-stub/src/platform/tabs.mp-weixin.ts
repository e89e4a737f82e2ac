/** WeChat's own tab bar needs nothing. */
export function drawTabs() {}
