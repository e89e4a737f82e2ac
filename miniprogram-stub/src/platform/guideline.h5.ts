/** WeChat's own page of the guideline: there is none in a browser. */
export const openGuideline: (() => void) | undefined = undefined;
