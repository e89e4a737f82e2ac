import { describe, expect, it } from 'vitest';
import { choose, chosen, firstChoice, possible, shown, type SKU } from '@/shop/sku';

const sku = (no: string, choice: number[], available = 5): SKU => ({ no, choice, available, price_fen: 100, low_stock: false });
const options = [{ name: 'Colour', values: ['Cognac', 'Black'] }, { name: 'Size', values: ['S', 'M'] }];
// Black in M is sold out; there is no cognac in M.
const skus = [sku('CS', [0, 0]), sku('BS', [1, 0]), sku('BM', [1, 1], 0)];

describe('the SKU chooser', () => {
  it('begins with nothing, unless there is one thing to choose', () => {
    expect(firstChoice({ options, skus })).toEqual([-1, -1]);
    expect(firstChoice({ options, skus: [sku('CS', [0, 0]), sku('BM', [1, 1], 0)] })).toEqual([0, 0]);
    expect(firstChoice({ options: [], skus: [sku('one', [])] })).toEqual([]);
    expect(firstChoice({ options: [options[0], { name: 'Size', values: ['S'] }], skus: [sku('CS', [0, 0]), sku('BS', [1, 0])] })).toEqual([-1, 0]);
  });

  it('refuses what is sold out and what there is not, whatever was chosen first', () => {
    expect(possible(skus, [-1, -1], 1, 1)).toBe(false);
    expect(possible(skus, [1, -1], 1, 0)).toBe(true);
    expect(possible(skus, [1, -1], 1, 1)).toBe(false);
    expect(possible(skus, [0, 0], 0, 1)).toBe(true); // another colour in the same size
  });

  it('finds the SKU of a complete choice only', () => {
    expect(chosen(skus, [1, -1])).toBeUndefined();
    expect(chosen(skus, [1, 0])?.no).toBe('BS');
    expect(chosen(skus, [0, 1])).toBeUndefined();
    expect(chosen([sku('one', [])], [])?.no).toBe('one');
  });

  it('shows meanwhile what can be bought, if anything can', () => {
    expect(shown(skus, [1, -1]).no).toBe('BS');
    expect(shown(skus, [-1, 1]).no).toBe('BM');
    expect(shown(skus, [0, 1]).no).toBe('CS');
  });

  it('takes a value back when it is tapped again', () => {
    expect(choose([-1, -1], 0, 1)).toEqual([1, -1]);
    expect(choose([1, 0], 0, 1)).toEqual([-1, 0]);
  });
});
