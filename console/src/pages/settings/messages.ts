/** The events of which consumers may ask to be told, as the API has them. */
export const events = ['order_paid', 'order_shipped', 'refund_done', 'after_sale_due', 'group_formed', 'group_failed'] as const;

/** What WeChat takes in a field of a kind: facts, and fixed words up to so many characters. */
export const fieldKinds: Record<string, { facts: string[]; words: number }> = {
  thing: { facts: ['shop', 'goods', 'amount', 'carrier'], words: 20 },
  character_string: { facts: ['order', 'no', 'waybill'], words: 32 },
  amount: { facts: ['amount'], words: 0 },
  time: { facts: ['time', 'deadline'], words: 0 },
  date: { facts: ['time', 'deadline'], words: 0 },
  phrase: { facts: [], words: 5 },
  const: { facts: [], words: 20 },
};
export const kindOf = (name: string) => /^([a-z_]+)[0-9]{1,2}$/.exec(name.trim())?.[1] ?? '';
/** fixed is what stands for words of one's own where a fact may stand. */
export const fixed = 'fixed';
