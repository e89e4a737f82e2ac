import type { Tone } from '@/parts/StateTag.vue';

export const levels = ['low', 'out', 'in'] as const;
export const levelTones: Partial<Record<string, Tone>> = { in: 'good', low: 'wait', out: 'bad' };

export const reasons = ['counted', 'received', 'found', 'damaged', 'lost', 'other'] as const;
export type Reason = (typeof reasons)[number];

/** What one says with a reason: how many there are, how many came, or how many have gone. */
export const says: Record<Reason, 'all' | 'more' | 'fewer'> = { counted: 'all', received: 'more', found: 'more', damaged: 'fewer', lost: 'fewer', other: 'all' };

/** What is on hand then; undefined while it is not said, or would be below zero. */
export function onHand(was: number, reason: Reason, n: number | undefined) {
  if (n === undefined) return undefined;
  const now = says[reason] === 'all' ? n : says[reason] === 'more' ? was + n : was - n;
  return now < 0 ? undefined : now;
}
