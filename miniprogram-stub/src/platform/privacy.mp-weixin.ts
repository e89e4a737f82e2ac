/** WeChat's button of consent tells by an event of its own. */
export const tapAgrees = false;

/** WeChat holds back an interface that touches personal data until the person has agreed to the guideline. */
export function listen(ask: () => Promise<boolean>) {
  wx.onNeedPrivacyAuthorization?.(async (resolve) => {
    // The typings have the listener's argument wrong.
    (resolve as unknown as (answer: object) => void)(await ask() ? { event: 'agree', buttonId: 'privacy-agree' } : { event: 'disagree' });
  });
}
