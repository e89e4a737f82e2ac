import { describe, expect, test } from 'vitest';
import { draftOf, emptyDraft, grid, inputOf, keepStep, rowErrors, type Detail, type Draft, type Option } from '@/pages/products/draft';

const option = (key: string, ...values: string[]): Option => ({ key, name: { en: key }, values: values.map((v) => ({ key: v, text: { en: v } })) });
function step(draft: Draft, options: Option[]) {
  keepStep(draft.rows, options, draft.options);
  draft.options = options;
}
const prices = (draft: Draft) => Object.fromEntries(grid(draft).map((c) => [c.key, c.row.price]));
const numbers = (draft: Draft) => grid(draft).map((c) => c.row.no);

describe('the grid of combinations', () => {
  test('keeps what was typed when values come and go', () => {
    const draft = emptyDraft();
    draft.rows[''].price = 100;
    step(draft, [option('colour')]);
    expect(prices(draft)).toEqual({ '': 100 });
    step(draft, [option('colour', 'red', 'blue')]);
    step(draft, [option('colour', 'red', 'blue'), option('size', 's', 'm')]);
    draft.rows['blue/m'].price = 900;
    step(draft, [option('colour', 'red'), option('size', 's', 'm')]);
    expect(Object.keys(prices(draft))).toEqual(['red/s', 'red/m']);
    step(draft, [option('colour', 'red', 'blue'), option('size', 's', 'm', 'l')]);
    expect(prices(draft)['blue/m']).toBe(900);
    expect(Object.keys(prices(draft))).toHaveLength(6);
  });

  test('gives a new combination the prices of the one most like it, and nothing of its own', () => {
    const draft = emptyDraft();
    step(draft, [option('colour', 'red', 'blue'), option('size', 's')]);
    Object.assign(draft.rows['red/s'], { no: '1', price: 100, stock: 4, barcode: 'b', weight: 50 });
    Object.assign(draft.rows['blue/s'], { no: '2', price: 300 });
    step(draft, [option('colour', 'red', 'blue'), option('size', 's', 'm')]);
    expect(draft.rows['red/m']).toMatchObject({ price: 100, weight: 50, barcode: '' });
    expect(draft.rows['red/m'].no).toBeUndefined();
    expect(draft.rows['red/m'].stock).toBeUndefined();
    expect(draft.rows['blue/m'].price).toBe(300);
  });

  test('a number stays with one thing when an option is added and taken away', () => {
    const draft = emptyDraft();
    Object.assign(draft.rows[''], { no: '1', price: 100, stock: 4 });
    step(draft, [option('colour', 'red', 'blue')]);
    expect(numbers(draft)).toEqual(['1', undefined]);
    draft.rows.red.price = 150;
    step(draft, [option('colour', 'red', 'blue'), option('size', 's', 'm')]);
    expect(numbers(draft)).toEqual(['1', undefined, undefined, undefined]);
    step(draft, [option('size', 's', 'm')]);
    expect(numbers(draft)).toEqual(['1', undefined]);
    step(draft, []);
    expect(numbers(draft)).toEqual(['1']);
    expect(draft.rows[''].price).toBe(150);
  });

  test('what was typed goes with its combination when options and values change places', () => {
    const draft = emptyDraft();
    step(draft, [option('colour', 'red', 'blue'), option('size', 's', 'm')]);
    Object.assign(draft.rows['blue/s'], { no: '3', price: 7 });
    step(draft, [option('size', 'm', 's'), option('colour', 'red', 'blue')]);
    expect(draft.rows['s/blue']).toMatchObject({ no: '3', price: 7 });
    expect(numbers(draft).filter(Boolean)).toEqual(['3']);
    expect(inputOf(draft).input.skus.find((k) => k.no === '3')?.choice).toEqual([1, 1]);
  });

  test('an option without values yet takes nothing with it', () => {
    const draft = emptyDraft();
    step(draft, [option('colour', 'red')]);
    Object.assign(draft.rows.red, { no: '1', price: 100, stock: 4 });
    step(draft, [option('colour', 'red'), option('size')]);
    expect(numbers(draft)).toEqual(['1']);
    step(draft, [option('colour', 'red'), option('size', 's')]);
    expect(draft.rows['red/s']).toMatchObject({ no: '1', price: 100, stock: 4 });
  });
});

const detail: Detail = {
  handle: 'ring', state: 'draft', version: 3, created_at: 0, updated_at: 0, title: { en: 'Ring' }, summary: {}, body: {}, vendor: '', tags: [],
  categories: [], pictures: [], no_return: false, sort: 0,
  options: [{ name: { en: 'Size' }, values: [{ en: 'S' }, { en: 'M' }, { en: 'L' }] }],
  skus: [
    { no: 'A', choice: [0], code: 'R-S', price_fen: 100, barcode: '', weight_grams: 0, picture: '', on_hand: 5, reserved: 1, available: 4, low_at: 0 },
    { no: 'B', choice: [2], code: '', price_fen: 200, compare_at_fen: 300, barcode: '', weight_grams: 7, picture: '', on_hand: 0, reserved: 0, available: 0, low_at: 0 },
  ],
};

describe('what is sent', () => {
  test('of a product as it is, changes nothing: combinations that it lacks are not offered, stock is not sent', () => {
    const { input, keys } = inputOf(draftOf(detail));
    expect(keys).toEqual(['o0v0', 'o0v2']);
    expect(input.skus.map((k) => [k.no, k.choice, k.price_fen, k.compare_at_fen, k.stock])).toEqual([['A', [0], 100, 0, undefined], ['B', [2], 200, 300, undefined]]);
  });

  test('of a stock that was counted, has what it was before', () => {
    const draft = draftOf(detail);
    draft.rows.o0v0.stock = 9;
    Object.assign(draft.rows.o0v1, { offered: true, price: 5, stock: 2 });
    const { skus } = inputOf(draft).input;
    expect(skus[0]).toMatchObject({ stock: 9, stock_was: 5 });
    expect(skus[1]).toMatchObject({ stock: 2 });
    expect(skus[1].stock_was).toBeUndefined();
    expect(skus[2]).not.toHaveProperty('stock');
  });
});

test('what is wrong with a SKU stands in its row and column', () => {
  expect(rowErrors({ 'skus[1].price_fen': 'too low', 'skus[0]': 'no', title: 'wanted' }, ['a', 'b'])).toEqual({
    rows: { a: { choice: 'no' }, b: { price_fen: 'too low' } }, rest: { title: 'wanted' },
  });
});
