import { beforeEach, describe, expect, test } from 'vitest';
import { conditionsOf, effectOf, inWords, lacking, namesOf, newRule, ruleOf, type Rule } from '@/pages/marketing/rule';
import { phaseOf } from '@/pages/marketing/states';
import { speak } from '@/words';

beforeEach(() => speak('en'));

const named = {
  products: [{ handle: 'moka', title: { en: 'Moka pot', 'zh-CN': '摩卡壶', it: 'Moka' } }],
  categories: [{ slug: 'food', name: { en: 'Food', 'zh-CN': '食品', it: 'Cibo' } }],
  skus: [{ sku: 'S1', product: 'candle', title: { en: 'Candle' }, choice: { en: 'Fig' }, price_fen: 9900 }],
};
const says = (change: Partial<Rule>, beside: Parameters<typeof inWords>[3] = 'coupons') => {
  const rule = { ...newRule(), ...change };
  return inWords(conditionsOf(rule), effectOf(rule), namesOf(named), beside);
};

describe('a rule as a sentence', () => {
  test('tells what it does, for what, from when, for whom and what may come on top', () => {
    expect(says({ categories: ['food'], amount_from_fen: 10_000 })).toBe('10% off for Food from ¥100.00, with coupons.');
    expect(says({ kind: 'amount', amount_fen: 2000, products: ['moka'], first_order: true }, 'noCoupons')).toBe('¥20.00 off for Moka pot, on the first order, without coupons.');
    expect(says({ kind: 'amount', amount_fen: 2000, amount_from_fen: 20_000, times: 3 })).toBe('¥20.00 off for each ¥200.00, at most 3 times, for everything, with coupons.');
    expect(says({ kind: 'nth', nth: 2, percent: 50, pieces_from: 2 })).toBe('One of each 2 pieces 50% off for everything from 2 pieces, with coupons.');
    expect(says({ kind: 'nth', nth: 3, percent: 100 })).toContain('One of each 3 pieces free');
    expect(says({ kind: 'gift', gift_sku: 'S1', gift_pieces: 1 })).toContain('1 × Candle Fig as a gift');
    expect(says({ kind: 'freight', channels: ['mini_program'] }, 'onTop')).toBe('Free delivery for everything, in the mini program, also on what a promotion has made cheaper.');
    expect(says({ kind: 'price', single: false, prices: { S1: 900, S2: 700, S3: undefined } })).toContain('Special prices from ¥7.00');
  });

  test('in the order of the language', async () => {
    await speak('zh-CN');
    expect(says({ categories: ['food'], amount_from_fen: 10_000 })).toBe('购食品满 ¥100.00 享优惠 10%，可叠加优惠券。');
    await speak('it');
    expect(says({ categories: ['food'] }).replace(/\s/g, ' ')).toBe('10% in meno per Cibo, con buoni.');
  });
});

test('what a form does not know of a rule is kept', () => {
  const conditions = { products: ['moka'], member_level: 'gold' } as never;
  const rule = ruleOf(conditions, { kind: 'percent', rate: 1250 }, named);
  expect(rule.percent).toBe(12.5);
  expect(conditionsOf(rule)).toMatchObject({ products: ['moka'], member_level: 'gold' });
  expect(effectOf(rule)).toEqual({ kind: 'percent', rate: 1250, most_fen: undefined });
});

test('what a rule still needs is told at its field', () => {
  const wrong = (change: Partial<Rule>) => Object.entries(lacking({ ...newRule(), ...change })).filter(([, words]) => words).map(([field]) => field);
  expect(wrong({})).toEqual([]);
  expect(wrong({ percent: undefined })).toEqual(['effect.rate']);
  expect(wrong({ kind: 'amount' })).toEqual(['effect.amount_fen']);
  expect(wrong({ kind: 'price', single: false })).toEqual(['effect.prices']);
  expect(wrong({ kind: 'gift' })).toEqual(['effect.gift_sku']);
});

test('what is active is running only in its time', () => {
  const at = (status: string, starts_at: number, ends_at: number) => phaseOf({ status, starts_at, ends_at }, 50);
  expect([at('active', 0, 100), at('running', 60, 100), at('active', 0, 50), at('paused', 0, 10)]).toEqual(['running', 'scheduled', 'ended', 'paused']);
});
