/** The language of the person's device. */
export const systemLanguage = () => navigator.language;

/** Whether the program draws its own bar with the page's title: WeChat's phone draws one round it. */
export const drawsBar = window.parent === window;
