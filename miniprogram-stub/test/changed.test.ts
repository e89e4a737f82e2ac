import { beforeEach, describe, expect, it } from 'vitest';
import type { components } from '@/api/schema';
import { changesOf } from '@/shop/changed';
import { termsText } from '@/shop/offer';
import { speak } from '@/words';

type Quote = components['schemas']['OrderQuote'];

const line = (sku: string, unit_fen: number) => ({ sku, handle: sku, title: `Pot ${sku}`, choice: '', picture: '', quantity: 1, unit_fen, total_fen: unit_fen, available: 9 });
const quote = (q: Partial<Quote>): Quote => ({
  lines: [line('a', 9_900), line('b', 500)], adjustments: [], currency: 'CNY', goods_fen: 10_400, discount_fen: 0, freight_fen: 800, tax_fen: 0, total_fen: 11_200, complete: true, ...q,
});

describe('what differs between two prices', () => {
  beforeEach(() => speak('en'));

  it('is nothing between equal ones', () => {
    expect(changesOf(quote({}), quote({}))).toEqual([]);
  });

  it('names offers that have gone and come, prices and the delivery', () => {
    const before = quote({ applied: [{ kind: 'promotion', no: '1', name: 'Summer', amount_fen: -500 }] });
    const now = quote({ applied: [{ kind: 'coupon', no: '2', name: 'Hello', amount_fen: -200 }], lines: [line('a', 10_900), line('b', 500)], freight_fen: 0, tax_fen: 100 });
    expect(changesOf(before, now)).toEqual([
      { text: '“Summer” does not apply any more' },
      { text: '“Hello” applies now' },
      { text: 'Pot a', before: '¥99', now: '¥109' },
      { text: 'Delivery', before: '¥8', now: '¥0' },
      { text: 'Tax', before: '¥0', now: '¥1' },
    ]);
  });
});

it('says for whom a coupon is', () => {
  speak('en');
  expect(termsText({ level: 'Gold' })).toBe('No minimum · Gold members');
});
