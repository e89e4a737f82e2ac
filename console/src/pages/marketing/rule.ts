import type { Schemas } from '@/api/call';
import { listed, money, percent } from '@/parts/format';
import { namedIn, t } from '@/words';
import { refuse } from '@/parts/refuse';

type ConditionsSpec = Schemas['PromotionConditionsSpec'];
type EffectSpec = Schemas['PromotionEffectSpec'];
type Named = Schemas['PromotionNamed'];

export const kinds = ['percent', 'amount', 'price', 'nth', 'gift', 'freight'] as const;
export type Kind = (typeof kinds)[number];

/** What a promotion or a coupon asks for and does, as a form has it: amounts may be missing, shares are in percent. */
export interface Rule {
  products: string[];
  categories: string[];
  amount_from_fen?: number;
  pieces_from: number;
  /** Rank of the member level from which on it is for; 0: for everybody. */
  level_from: number;
  first_order: boolean;
  channels: string[];
  /** Conditions that this form does not know are kept as they are. */
  other: Record<string, unknown>;
  kind: Kind;
  percent?: number;
  amount_fen?: number;
  most_fen?: number;
  times: number;
  single: boolean;
  price_fen?: number;
  prices: Record<string, number | undefined>;
  nth: number;
  gift_product: string;
  gift_sku: string;
  gift_pieces: number;
}

export const newRule = (): Rule => ({
  products: [], categories: [], amount_from_fen: undefined, pieces_from: 0, level_from: 0, first_order: false, channels: [], other: {},
  kind: 'percent', percent: 10, amount_fen: undefined, most_fen: undefined, times: 0, single: true, price_fen: undefined, prices: {}, nth: 2, gift_product: '', gift_sku: '', gift_pieces: 1,
});

/** knownOf is what a rule names, for those who choose products. */
export const knownOf = (named?: Named) => [
  ...(named?.products ?? []).map((p) => ({ handle: p.handle, title: namedIn(p.title), picture: p.picture })),
  ...(named?.skus ?? []).map((s) => ({ handle: s.product, title: namedIn(s.title), picture: s.picture })),
];

/** ruleOf is what a form shows of what the server has. */
export function ruleOf(c: ConditionsSpec, e: EffectSpec, named: Named): Rule {
  const { products, categories, amount_from_fen, pieces_from, level_from, first_order, channels, ...other } = c;
  return {
    ...newRule(), products: products ?? [], categories: categories ?? [], amount_from_fen: amount_from_fen || undefined, pieces_from: pieces_from ?? 0, level_from: level_from ?? 0, first_order: first_order ?? false, channels: channels ?? [], other,
    kind: e.kind, percent: e.rate ? e.rate / 100 : undefined, amount_fen: e.amount_fen || undefined, most_fen: e.most_fen || undefined, times: e.times ?? 0,
    single: !e.prices?.length, price_fen: e.price_fen || undefined, prices: Object.fromEntries((e.prices ?? []).map((p) => [p.sku, p.price_fen])),
    nth: e.nth || 2, gift_sku: e.gift_sku ?? '', gift_product: named.skus?.find((s) => s.sku === e.gift_sku)?.product ?? '', gift_pieces: e.gift_pieces || 1,
  };
}

export function conditionsOf(r: Rule): ConditionsSpec {
  return {
    ...r.other, products: r.products.length ? r.products : undefined, categories: r.categories.length ? r.categories : undefined, amount_from_fen: r.amount_from_fen || undefined,
    pieces_from: r.pieces_from || undefined, level_from: r.level_from || undefined, first_order: r.first_order || undefined, channels: r.channels.length ? r.channels as ConditionsSpec['channels'] : undefined,
  };
}

const hundredth = (share?: number) => (share === undefined ? undefined : Math.round(share * 100));

export function effectOf(r: Rule): EffectSpec {
  switch (r.kind) {
    case 'percent': return { kind: r.kind, rate: hundredth(r.percent), most_fen: r.most_fen || undefined };
    case 'amount': return { kind: r.kind, amount_fen: r.amount_fen, times: r.times || undefined };
    case 'price': return r.single ? { kind: r.kind, price_fen: r.price_fen } : { kind: r.kind, prices: Object.entries(r.prices).filter(([, fen]) => fen).map(([sku, fen]) => ({ sku, price_fen: fen! })) };
    case 'nth': return { kind: r.kind, nth: r.nth, rate: hundredth(r.percent), times: r.times || undefined };
    case 'gift': return { kind: r.kind, gift_sku: r.gift_sku || undefined, gift_pieces: r.gift_pieces };
    default: return { kind: r.kind, most_fen: r.most_fen || undefined };
  }
}

/** lacking is what a rule still needs, by field of the API. */
export function lacking(r: Rule): Record<string, string | false> {
  const share = (r.kind === 'percent' || r.kind === 'nth') && (!r.percent || r.percent < 0.01 || r.percent > 100);
  return {
    'effect.rate': share && t('promotions.needs.percent'),
    'effect.amount_fen': r.kind === 'amount' && !r.amount_fen && t('promotions.needs.amount'),
    'effect.price_fen': r.kind === 'price' && r.single && !r.price_fen && t('promotions.needs.price'),
    'effect.prices': r.kind === 'price' && !r.single && !Object.values(r.prices).some(Boolean) && t('promotions.needs.prices'),
    'effect.gift_sku': r.kind === 'gift' && !r.gift_sku && t('promotions.needs.gift'),
  };
}
export const check = (r: Rule, more: Record<string, string | false | undefined>) => refuse({ ...more, ...lacking(r) });

/** The fields at which a form of a rule shows what is wrong. */
export const ruleFields = ['conditions.products', 'conditions.categories', 'conditions.amount_from_fen', 'conditions.pieces_from', 'conditions.level_from', 'effect.kind', 'effect.rate', 'effect.amount_fen', 'effect.most_fen', 'effect.times', 'effect.price_fen', 'effect.prices', 'effect.nth', 'effect.gift_sku', 'effect.gift_pieces'];

/** What things are called. */
export interface Names { product(handle: string): string; category(slug: string): string; sku(no: string): string }

export function namesOf(n: Named): Names {
  const find = <T>(all: T[] | undefined, is: (one: T) => boolean) => (all ?? []).find(is);
  return {
    product: (handle) => namedIn(find(n.products, (p) => p.handle === handle)?.title) || handle,
    category: (slug) => namedIn(find(n.categories, (c) => c.slug === slug)?.name) || slug,
    sku: (no) => {
      const s = find(n.skus, (x) => x.sku === no);
      return s ? [namedIn(s.title), namedIn(s.choice)].filter(Boolean).join(' ') : no;
    },
  };
}

function some(names: string[]) {
  const shown = names.length > 4 ? [...names.slice(0, 3), t('promotions.says.more', { n: names.length - 3 })] : names;
  return listed(shown);
}

function effectInWords(c: ConditionsSpec, e: EffectSpec, names: Names) {
  const rate = percent((e.rate ?? 0) / 10_000);
  const free = e.rate === 10_000;
  switch (e.kind) {
    case 'percent': return e.most_fen ? t('promotions.says.percentMost', { rate, most: money(e.most_fen) }) : t('promotions.says.percent', { rate });
    case 'amount': {
      const amount = money(e.amount_fen ?? 0);
      return e.times && e.times > 1 && c.amount_from_fen ? t('promotions.says.amountTimes', { amount, each: money(c.amount_from_fen), times: e.times }) : t('promotions.says.amount', { amount });
    }
    case 'price': {
      const all = (e.prices ?? []).map((p) => p.price_fen);
      if (!all.length) return t('promotions.says.price', { price: money(e.price_fen ?? 0) });
      const least = Math.min(...all);
      return least === Math.max(...all) ? t('promotions.says.price', { price: money(least) }) : t('promotions.says.prices', { price: money(least) });
    }
    case 'nth': return free ? t('promotions.says.nthFree', { nth: e.nth ?? 2 }) : t('promotions.says.nth', { nth: e.nth ?? 2, rate });
    case 'gift': return t('promotions.says.gift', { n: e.gift_pieces ?? 1, gift: e.gift_sku ? names.sku(e.gift_sku) : '…' });
    default: return e.most_fen ? t('promotions.says.freightMost', { most: money(e.most_fen) }) : t('promotions.says.freight');
  }
}

/**
 * inWords is a rule as one sentence, such as "10% off for Food from ¥100.00, with coupons." beside is what else may
 * come on top of it.
 */
export function inWords(c: ConditionsSpec, e: EffectSpec, names: Names, beside: 'coupons' | 'noCoupons' | 'onTop' | 'notOnTop') {
  const things = [...(c.products ?? []).map(names.product), ...(c.categories ?? []).map(names.category)];
  const times = e.kind === 'amount' && (e.times ?? 0) > 1 && c.amount_from_fen;
  const from = c.amount_from_fen && c.pieces_from ? t('promotions.says.fromBoth', { amount: money(c.amount_from_fen), n: c.pieces_from })
    : c.amount_from_fen && !times ? t('promotions.says.fromAmount', { amount: money(c.amount_from_fen) })
      : c.pieces_from ? t('promotions.says.fromPieces', { n: c.pieces_from }) : '';
  return t('promotions.says.sentence', {
    effect: effectInWords(c, e, names), scope: things.length ? t('promotions.says.scope', { things: some(things) }) : t('promotions.says.everything'), from,
    level: c.level_from ? t('promotions.says.level', { n: c.level_from }) : '', first: c.first_order ? t('promotions.says.first') : '', channel: c.channels?.length ? t('promotions.says.channel') : '', beside: t(`promotions.says.${beside}`),
  });
}
