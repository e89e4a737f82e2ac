/** An amount of fen, in the parts in which it is written. */
export interface Amount {
  sign: string;
  whole: string;
  /** Empty for whole yuan, unless exact. */
  cents: string;
}

/** amountOf divides an amount. exact keeps the cents of whole yuan: sums that stand below each other. */
export function amountOf(fen: number, exact = false): Amount {
  const of = Math.abs(fen);
  const cents = of % 100;
  return {
    sign: fen < 0 ? '−' : '',
    whole: String(Math.floor(of / 100)).replace(/\B(?=(\d{3})+$)/g, ','),
    cents: cents || exact ? `.${String(cents).padStart(2, '0')}` : '',
  };
}

/** An amount as plain text, for what is read aloud or put into a sentence. */
export function yuan(fen: number) {
  const a = amountOf(fen);
  return `${a.sign}¥${a.whole}${a.cents}`;
}
