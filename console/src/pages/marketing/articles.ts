import type { Schemas } from '@/api/call';
import { namedIn } from '@/words';

type Product = Schemas['CatalogueDeskDetail'];
export type Article = Product['skus'][number];

/** What a SKU is called: what was chosen of each option, else its code, else the product's title. */
export function articleName(p: Product, sku: Article) {
  const chosen = (p.options ?? []).map((o, i) => namedIn(o.values?.[sku.choice?.[i] ?? -1])).filter(Boolean);
  return chosen.join(' / ') || sku.code || namedIn(p.title);
}
