/** Whether a tap on the button of consent is the consent. */
export const tapAgrees = true;

/** Nobody but the shop asks for consent. */
export function listen(_ask: () => Promise<boolean>) {}
