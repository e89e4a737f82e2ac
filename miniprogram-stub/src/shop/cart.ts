import { ref, watch } from 'vue';
import { call } from '@/api/call';

/** How many pieces are in the cart. */
export const pieces = ref(0);

/** The place of the cart in the tab bar. */
const tab = 2;

/** Reads how many pieces there are. Whoever cannot be signed in has none. */
export async function countPieces() {
  try {
    pieces.value = (await call('get', '/cart')).pieces;
  } catch {
    pieces.value = 0; // the cart itself tells what is wrong
  }
}

/** Writes the number at the cart's tab; only a page with tabs can. */
export function badge() {
  const ignore = () => {};
  if (pieces.value > 0) uni.setTabBarBadge({ index: tab, text: pieces.value > 99 ? '99+' : String(pieces.value), fail: ignore });
  else uni.removeTabBarBadge({ index: tab, fail: ignore });
}

watch(pieces, badge);
