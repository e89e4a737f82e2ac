import type { Tone } from '@/parts/StateTag.vue';

export const roles = ['owner', 'operator', 'warehouse', 'finance', 'service', 'viewer'] as const;
export const tones: Partial<Record<string, Tone>> = { active: 'good' };
