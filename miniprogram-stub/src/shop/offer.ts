import type { components } from '@/api/schema';
import { language, t, type Word } from '@/words';
import { yuan } from './money';
import { left } from './time';

type Effect = components['schemas']['OrderEffectView'];
type Hint = components['schemas']['OrderHintView'];
type Option = components['schemas']['OrderCouponOptionView'];

/** A rate that is taken off, in 1/10,000, as people say it: Chinese names what is left in tenths, others the percentage. */
export function rateOf(rate: number) {
  const of = language.value === 'zh-CN' ? (10_000 - rate) / 1000 : rate / 100;
  return String(Math.round(of * 10) / 10);
}

/** What a promotion or a coupon does. */
export function effectText(e: Effect): string {
  switch (e.kind) {
    case 'percent': {
      const offer = t('offer.percent', { rate: rateOf(e.rate ?? 0) });
      return e.most_fen ? t('offer.most', { offer, amount: yuan(e.most_fen) }) : offer;
    }
    case 'amount': return t('offer.amount', { amount: yuan(e.amount_fen ?? 0) });
    case 'price': return e.price_fen ? t('offer.price', { amount: yuan(e.price_fen) }) : t('offer.prices');
    case 'nth': return e.rate === 10_000 ? t('offer.nthFree', { nth: e.nth ?? 0 }) : t('offer.nth', { nth: e.nth ?? 0, rate: rateOf(e.rate ?? 0) });
    case 'gift': return t('offer.gift');
    case 'freight': return e.most_fen ? t('offer.freightMost', { amount: yuan(e.most_fen) }) : t('offer.freight');
  }
}

/** What a promotion does, from when on, and for whom. */
export function offerText(p: { effect: Effect; amount_from_fen?: number; pieces_from?: number; level?: string }) {
  let offer = effectText(p.effect);
  if (p.amount_from_fen) offer = t('offer.from', { from: yuan(p.amount_from_fen), offer });
  else if (p.pieces_from) offer = t('offer.fromPieces', { n: p.pieces_from, offer });
  return p.level ? `${offer} · ${t('terms.level', { name: p.level })}` : offer;
}

/** Whether something is for who has a level of this rank. */
export const isMine = (of: { level_from?: number }, rank: number) => (of.level_from ?? 0) <= rank;

/** A product as a flash sale has it. */
export function onSale<P extends Pick<components['schemas']['CatalogueDetail'], 'skus'>>(product: P, sale: components['schemas']['PromotionFlashView']): P {
  const prices = new Map(sale.products.flatMap((p) => p.skus ?? []).map((k) => [k.sku, k.sale_price_fen]));
  return { ...product, skus: product.skus.map((s) => (prices.has(s.no) ? { ...s, price_fen: prices.get(s.no)!, compare_at_fen: s.price_fen } : s)) };
}

/** What a coupon asks for. */
export function termsText(c: { amount_from_fen?: number; pieces_from?: number; some?: boolean; first_order?: boolean; level?: string }) {
  const terms = [c.amount_from_fen ? t('coupon.from.amount', { amount: yuan(c.amount_from_fen) })
    : c.pieces_from ? t('coupon.from.pieces', { n: c.pieces_from }) : t('coupon.always')];
  if (c.some) terms.push(t('coupon.some'));
  if (c.first_order) terms.push(t('coupon.first'));
  if (c.level) terms.push(t('terms.level', { name: c.level }));
  return terms.join(' · ');
}

/** What would make a basket cheaper. */
export function hintText(h: Hint) {
  if (h.key === 'amount_more') return t('hint.amount_more', { amount: yuan(h.missing_fen ?? 0), name: h.name });
  return t(`hint.${h.key}` as Word, { n: h.missing_pieces ?? 0, name: h.name, level: h.level ?? '' });
}

/** Why a coupon cannot be used here. */
export function whyText(c: Pick<Option, 'problem' | 'missing_fen' | 'missing_pieces' | 'level'>) {
  if (c.level) return t('level.for', { name: c.level });
  const amount = c.missing_fen ? yuan(c.missing_fen) : `${c.missing_pieces ?? 0}`;
  return t(`coupon.why.${c.problem}` as Word, { amount });
}

/** What is left until an instant, with whole days before the hours. */
export function countdown(until: number, now: number) {
  const days = Math.floor(Math.max(0, until - now) / 86_400_000);
  const time = left(until - days * 86_400_000, now);
  return days ? t('flash.days', { n: days, time }) : time;
}

/** Whether a line of a quote or an order is a gift. */
export const isGift = (of: { adjustments: components['schemas']['OrderAdjustmentView'][] }, line: number) =>
  of.adjustments.some((a) => a.label === 'gift' && a.line === line);

/** How far the shop's clock is before the device's, by sales that were read just now: a countdown goes by the shop's. */
export const aheadOf = (sales: { now?: number }[]) => (sales[0]?.now ? sales[0].now - Date.now() : 0);
