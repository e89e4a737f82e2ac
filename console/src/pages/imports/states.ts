import type { Schemas } from '@/api/call';
import type { Tone } from '@/parts/StateTag.vue';

type Import = Schemas['CatalogueImportView'];

export const tones: Partial<Record<string, Tone>> = { queued: 'busy', running: 'busy', checked: 'wait', done: 'good', failed: 'bad' };

/** What an import is at: a dry run that is done is checked, and wants somebody while it may be confirmed. */
export const stateOf = (i: Import) => (i.dry_run && i.status === 'done' ? 'checked' : i.status);

export const underWay = (i: Import | undefined) => i?.status === 'queued' || i?.status === 'running';

export const outcomes = ['created', 'updated', 'unchanged', 'refused'] as const;
export const outcomeTones: Partial<Record<string, Tone>> = { created: 'good', updated: 'busy', refused: 'bad', problem: 'wait' };
