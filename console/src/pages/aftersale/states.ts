import type { Tone } from '@/parts/StateTag.vue';

export const states = ['applied', 'agreed', 'sending', 'received', 'resending', 'refunding', 'done', 'refused', 'withdrawn', 'escalated'] as const;
export const tones: Partial<Record<string, Tone>> = { applied: 'wait', escalated: 'wait', resending: 'busy', sending: 'busy', received: 'wait', agreed: 'busy', refunding: 'busy', done: 'good', refused: 'bad' };
export const refundTones: Partial<Record<string, Tone>> = { pending: 'busy', processing: 'busy', succeeded: 'good', settled: 'good', abnormal: 'bad', closed: 'bad' };
