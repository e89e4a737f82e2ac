import type { Schemas } from '@/api/call';
import type { Tone } from '@/parts/StateTag.vue';

/** What a campaign or a promotion is just now: its state, and where its time is. */
type Timed = { status: string; starts_at: number; ends_at: number };
export function phaseOf({ status, starts_at, ends_at }: Timed, now = Date.now()) {
  if (status !== 'running' && status !== 'active') return status;
  if (ends_at <= now) return 'ended';
  return starts_at > now ? 'scheduled' : 'running';
}
export const phaseTones: Partial<Record<string, Tone>> = { running: 'good', scheduled: 'busy', paused: 'wait', cancelled: 'bad', stopped: 'bad' };

/** What a kind of coupon is just now: whether it can be had. */
export function couponPhase(c: Pick<Schemas['PromotionCouponDeskView'], 'status' | 'claim_from' | 'claim_until'>) {
  return phaseOf({ status: c.status, starts_at: c.claim_from, ends_at: c.claim_until });
}

export const groupStates = ['open', 'formed', 'expired', 'cancelled'] as const;
export const groupTones: Partial<Record<string, Tone>> = { open: 'busy', formed: 'good', expired: 'calm', cancelled: 'bad' };
export const seatTones: Partial<Record<string, Tone>> = { reserved: 'wait', paid: 'busy', confirmed: 'good', refunding: 'wait' };
