import type { Tone } from '@/parts/StateTag.vue';

/** The accounts of the journal, in the order of the trial balance. */
export const accounts = [
  'wechat_clearing', 'customer_prepaid', 'revenue', 'freight', 'tax_payable', 'tax_variance', 'coupon_expense', 'fee', 'refund_payable',
  'paid_outside', 'commission_pending', 'commission_available', 'commission_withdrawing', 'commission_paid', 'clawback_receivable',
] as const;

/** What is booked. */
export const kinds = ['payment', 'revenue', 'refund_due', 'refund', 'refund_replaced', 'refund_settled', 'fee', 'fee_back'] as const;

export const dayTones: Partial<Record<string, Tone>> = { running: 'busy', finished: 'good', failed: 'bad' };
export const differenceStates = ['open', 'resolved', 'ignored', 'cleared'] as const;
export const differenceTones: Partial<Record<string, Tone>> = { open: 'wait', resolved: 'good' };

/** An amount of a posting in its column: a debit is positive, a credit is shown without its sign. */
export function columns(amount: number): { debit?: number; credit?: number } {
  return amount < 0 ? { credit: -amount } : { debit: amount };
}

/** What of a day came in at WeChat by its bills, less what went out of trade: what the journal should have moved. */
export function billed(r: { payment_fen: number; refund_fen: number; fee_fen: number }) {
  return r.payment_fen - r.refund_fen - r.fee_fen;
}
