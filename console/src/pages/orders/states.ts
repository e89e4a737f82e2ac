import type { Tone } from '@/parts/StateTag.vue';

export const states = ['pending', 'paid', 'partly_shipped', 'shipped', 'received', 'closed', 'cancelled'] as const;
export const tones: Partial<Record<string, Tone>> = { pending: 'busy', paid: 'wait', partly_shipped: 'wait', shipped: 'busy', received: 'good' };
export const cancelReasons = ['consumer_asked', 'out_of_stock', 'wrong_price', 'suspicious', 'other'] as const;
/** Why WeChat refuses to hear more of a shipping without keeping any money back. */
export const refusalsOver: readonly string[] = ['wrong_state', 'reship_used'];
