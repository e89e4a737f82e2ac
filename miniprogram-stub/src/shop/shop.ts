import { computed } from 'vue';
import { call, type Answer } from '@/api/call';
import { kept } from './kept';
import { paletteOf } from './theme';

/** The shop, as it was the last time; null until it was read once. */
export const shop = kept<Answer<''> | null>('shop', null);

/** Reads the shop anew. */
export async function readShop() {
  shop.value = await call('get', '');
}

/** The shop's colours, as custom properties of CSS. */
export const colours = computed(() => {
  const p = paletteOf(shop.value?.theme.accent ?? '');
  return `--accent:${p.accent};--on-accent:${p.onAccent};--accent-text:${p.accentText};--tint:${p.tint}`;
});
