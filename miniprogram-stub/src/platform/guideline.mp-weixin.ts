/** WeChat's own page of the guideline that the brand has filled in. */
export const openGuideline: (() => void) | undefined = () => wx.openPrivacyContract?.({});
