import { onHide, onShow, onUnload } from '@dcloudio/uni-app';
import { call, type Answer } from '@/api/call';
import type { components } from '@/api/schema';
import type { Word } from '@/words';
import type { SKU } from './sku';

export type Group = Answer<'/groups/{no}'>;
export type Offer = NonNullable<Answer<'/products/{handle}/group'>['offer']>;
export type Mine = NonNullable<Answer<'/groups/{no}/seat'>['mine']>;
export type Running = components['schemas']['GroupbuyRunning'];
type Product = components['schemas']['CatalogueDetail'];

/** How often a group that is shown is asked after, in milliseconds: what did not change costs next to nothing. */
const pause = 4000;

/** Does something again and again while the page is shown. */
export function whileShown(act: () => unknown, every = pause) {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(timer);
  onShow(() => {
    stop();
    timer = setInterval(act, every);
  });
  onHide(stop);
  onUnload(stop);
}

/** How a product can be bought in groups; undefined when it cannot. */
export const readOffer = (handle: string): Promise<Offer | undefined> => call('get', '/products/{handle}/group', { params: { handle }, fresh: true }).then((a) => a.offer).catch(() => undefined);

/** What an order in a group is for: the group that it joins, or the one that it opens. */
export async function readTerms({ campaign, group }: { campaign: string; group?: string }): Promise<{ size: number; min_size?: number; missing?: number } | undefined> {
  if (group) return call('get', '/groups/{no}', { params: { no: group }, fresh: true });
  const { items: [{ size, min_size }] } = await call('get', '/group-campaigns', { query: { campaign } });
  return { size, min_size };
}

/** What one piece costs in a group: for who opens one, or joins. */
export function priceIn(offer: Offer, sku: string, opens: boolean) {
  const p = offer.prices.find((x) => x.sku === sku);
  return p && (opens && p.leader_fen ? p.leader_fen : p.price_fen);
}

/** The lowest price in a group, and what that SKU costs alone. */
export function lowest(offer: Offer, opens: boolean) {
  const all = offer.prices.map((p) => ({ fen: priceIn(offer, p.sku, opens)!, solo: p.solo_fen }));
  return all.sort((a, b) => a.fen - b.fen)[0];
}

/** A product as it is to be had in a group: with those of its SKUs and at those prices. */
export function grouped(product: Product, offer: Offer, opens: boolean): Product {
  const skus: SKU[] = product.skus.map((s) => {
    const p = offer.prices.find((x) => x.sku === s.no);
    if (!p) return { ...s, available: 0 };
    return { ...s, price_fen: priceIn(offer, s.no, opens)!, compare_at_fen: s.price_fen, available: Math.min(s.available, p.left, offer.user_limit ?? p.left) };
  });
  return { ...product, skus };
}

/** The first letter of a masked name, for a face. */
export const initial = (name: string) => Array.from(name)[0] ?? '·';

/** What a seat is called. */
export const seatWord = (seat: Mine['seat']): Word => `seat.${seat}`;

/** Where the link of a group leads. */
export const pathOf = (no: string, from?: number) => `/group/group/group?no=${no}${from ? `&from=${from}` : ''}`;
