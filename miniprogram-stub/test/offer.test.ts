import { beforeEach, describe, expect, it } from 'vitest';
import { aheadOf, countdown, effectText, hintText, isMine, offerText, onSale, rateOf, termsText, whyText } from '@/shop/offer';
import { speak } from '@/words';

describe('offers in words', () => {
  beforeEach(() => speak('en'));

  it('name a rate by what is left in Chinese, and by the percentage elsewhere', () => {
    expect(rateOf(1_500)).toBe('15');
    speak('zh-CN');
    expect(rateOf(1_500)).toBe('8.5');
    expect(effectText({ kind: 'percent', rate: 1_000 })).toBe('9 折');
    expect(effectText({ kind: 'percent', rate: 1_000, most_fen: 5_000 })).toBe('9 折，最多减 ¥50');
  });

  it('say what is done, and from when on', () => {
    expect(effectText({ kind: 'amount', amount_fen: 1_050 })).toBe('¥10.50 off');
    expect(effectText({ kind: 'price', price_fen: 8_800 })).toBe('¥88 each');
    expect(effectText({ kind: 'price' })).toBe('Special price');
    expect(effectText({ kind: 'nth', nth: 2, rate: 5_000 })).toBe('1 of 2 is 50% off');
    expect(effectText({ kind: 'nth', nth: 3, rate: 10_000 })).toBe('1 of 3 is free');
    expect(effectText({ kind: 'gift' })).toBe('A gift');
    expect(effectText({ kind: 'freight' })).toBe('Free delivery');
    expect(effectText({ kind: 'freight', most_fen: 500 })).toBe('¥5 off delivery');
    expect(offerText({ effect: { kind: 'amount', amount_fen: 1_000 }, amount_from_fen: 10_000 })).toBe('¥10 off from ¥100');
    expect(offerText({ effect: { kind: 'freight' }, pieces_from: 1 })).toBe('Free delivery from 1 piece');
    expect(termsText({ amount_from_fen: 19_900, some: true, first_order: true })).toBe('From ¥199 · For some products · First order');
    expect(termsText({})).toBe('No minimum');
  });

  it('say what is missing', () => {
    const effect = { kind: 'amount', amount_fen: 1_000 } as const;
    expect(hintText({ key: 'amount_more', no: '1', name: 'Summer', missing_fen: 1_500, effect })).toBe('¥15 more for “Summer”');
    expect(hintText({ key: 'pieces_more', no: '1', name: 'Summer', missing_pieces: 1, effect })).toBe('1 piece more for “Summer”');
    expect(hintText({ key: 'flash_sold_out', no: '1', name: 'Flash', missing_pieces: 0, effect })).toBe('“Flash”: 0 pieces left');
    expect(whyText({ problem: 'coupon_more', missing_fen: 1_500 })).toBe('¥15 more to use it');
    expect(whyText({ problem: 'coupon_first' })).toBe('For a first order');
  });

  it('say for whom they are', () => {
    const effect = { kind: 'amount', amount_fen: 1_000 } as const;
    expect(offerText({ effect, amount_from_fen: 10_000, level: 'Gold' })).toBe('¥10 off from ¥100 · Gold members');
    expect(hintText({ key: 'level', no: '1', name: 'Summer', level: 'Gold', effect })).toBe('“Summer” is for Gold members');
    expect(whyText({ problem: 'coupon_level', level: 'Gold' })).toBe('For Gold members');
    expect([isMine({}, 0), isMine({ level_from: 2 }, 1), isMine({ level_from: 2 }, 2), isMine({ level_from: 2 }, 3)]).toEqual([true, false, true, true]);
  });

  it('of a flash sale are the prices of its SKUs alone', () => {
    const sku = (no: string, price_fen: number) => ({ no, price_fen, available: 1 });
    const sale = { products: [{ skus: [{ sku: 'a', price_fen: 900, sale_price_fen: 700 }] }] };
    const { skus } = onSale({ skus: [sku('a', 900), sku('b', 500)] } as never, sale as never) as { skus: object[] };
    expect(skus).toEqual([{ no: 'a', price_fen: 700, compare_at_fen: 900, available: 1 }, sku('b', 500)]);
  });

  it('count down by the clock of the shop, days before hours', () => {
    const day = 86_400_000;
    expect(countdown(65_000, 0)).toBe('01:05');
    expect(countdown(2 * day + 3_600_000, 0)).toBe('2 days 1:00:00');
    expect(countdown(0, 5_000)).toBe('00:00');
    expect(aheadOf([])).toBe(0);
    expect(Math.abs(aheadOf([{ now: Date.now() + 5_000 }]) - 5_000)).toBeLessThan(100);
  });
});
