import type { Schemas } from '@/api/call';

export type Sales = Schemas['FiguresSales'];
export type Funnel = Schemas['FiguresFunnel'];

/** What is shown of a period and compared with the one before. An average of nothing is none. */
export const measures = {
  gmv: (s: Sales) => s.gmv_fen,
  net: (s: Sales) => s.net_fen,
  orders: (s: Sales) => s.orders,
  average: (s: Sales) => (s.orders ? Math.round(s.gmv_fen / s.orders) : undefined),
  refunds: (s: Sales) => s.refund_fen,
} satisfies Record<string, (s: Sales) => number | undefined>;
export type Measure = keyof typeof measures;

/** What can be drawn by day: what a day without orders has too. */
export const drawn = ['gmv', 'net', 'orders', 'refunds'] as const satisfies Measure[];

/** Whether a measure is an amount. */
export const isMoney = (m: Measure) => m !== 'orders';

/** By how much something has grown, as a share; undefined where there was nothing to grow from. */
export function growth(now: number | undefined, before: number | undefined) {
  if (now === undefined || before === undefined || before <= 0) return undefined;
  return (now - before) / before;
}

export const steps = ['seen', 'carted', 'ordered', 'paid', 'received'] as const satisfies (keyof Funnel)[];

/** Of those who looked, the share that got so far. */
export function share(funnel: Funnel, step: (typeof steps)[number]) {
  return funnel.seen ? funnel[step] / funnel.seen : undefined;
}
