/** What a page in WeChat needs before it is drawn: nothing. */
export function start() {}
