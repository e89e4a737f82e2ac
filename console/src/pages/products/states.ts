import type { Tone } from '@/parts/StateTag.vue';
import type { Schemas } from '@/api/call';
import { namedIn, t } from '@/words';

export const states = ['draft', 'scheduled', 'published', 'archived'] as const;
export const tones: Partial<Record<string, Tone>> = { draft: 'wait', scheduled: 'busy', published: 'good' };
export const levels = ['in', 'low', 'out'] as const;
export const levelTones: Partial<Record<string, Tone>> = { in: 'good', low: 'wait', out: 'bad' };

export type Category = Schemas['CatalogueDeskCategory'];

/** paths are all categories with the names of those above them, in the order of the tree. */
export function paths(tree: Category[] | undefined, above = ''): { value: string; label: string }[] {
  return (tree ?? []).flatMap((c) => {
    const label = above ? `${above} › ${namedIn(c.name)}` : namedIn(c.name);
    return [{ value: c.slug, label }, ...paths(c.children, label)];
  });
}

/** amountWrong is what to say of an amount out of its range. */
export function amountWrong(field: string) {
  if (field.endsWith('compare_at_fen')) return t('products.grid.compareAtWrong');
  return field.endsWith('price_fen') ? t('products.grid.priceWrong') : undefined;
}
