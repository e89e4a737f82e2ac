import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { accounts, billed, columns, kinds } from '../src/pages/money/books';
import { growth, measures, share } from '../src/pages/overview/figures';
import { addDays, daysIn, spanAsked } from '../src/parts/period';
import words from '../src/words/en/money';
import overview from '../src/words/en/overview';

describe('a period', () => {
  const today = '2026-03-01';
  test.each([
    [{}, '30', '2026-01-31', today],
    [{ period: 'today' }, 'today', today, today],
    [{ period: '7' }, '7', '2026-02-23', today],
    [{ period: 'month' }, 'month', '2026-03-01', today],
    [{ period: 'own' }, '30', '2026-01-31', today],
    [{ period: '; DROP' }, '30', '2026-01-31', today],
    [{ from: '2026-02-01', to: '2026-02-28' }, 'own', '2026-02-01', '2026-02-28'],
    [{ from: '2026-02-28', to: '2026-02-01' }, '30', '2026-01-31', today],
    [{ from: '2026-02-30x', to: '2026-02-28' }, '30', '2026-01-31', today],
    [{ from: '2024-01-01', to: '2026-02-28' }, '30', '2026-01-31', today],
  ])('asked for as %o', (query, period, from, to) => {
    expect(spanAsked(query, '30', today)).toEqual({ period, from, to });
  });
  test('counts its days', () => {
    expect(daysIn('2026-02-28', '2026-03-01')).toBe(2);
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });
});

describe('the figures', () => {
  const none = { placed: 0, orders: 0, gmv_fen: 0, refunds: 0, refund_fen: 0, net_fen: 0, new_buyers: 0, second_buyers: 0 };
  test('of nothing are no numbers that are none', () => {
    expect(measures.average(none)).toBeUndefined();
    expect(growth(5, 0)).toBeUndefined();
    expect(growth(undefined, 3)).toBeUndefined();
    expect(share({ seen: 0, carted: 0, ordered: 0, paid: 0, received: 0 }, 'paid')).toBeUndefined();
  });
  test('are those of the server', () => {
    const some = { ...none, orders: 3, gmv_fen: 1000, refund_fen: 1200, net_fen: -200 };
    expect([measures.average(some), measures.net(some), growth(150, 100), growth(50, 100)]).toEqual([333, -200, 0.5, -0.5]);
  });

  // What is told on hover is what docs/figures.md says.
  test('are defined as in the documentation', () => {
    const docs = readFileSync(path.resolve(import.meta.dirname, '../../docs/figures.md'), 'utf8');
    const rows = Object.fromEntries([...docs.matchAll(/^\| ([^|]+?) \| ([^|]+?) \|$/gm)].map(([, name, words]) => [name, words]));
    const named = {
      gmv: 'GMV', net: 'net', orders: 'orders paid', average: 'average order', refunds: 'refunds', funnel: 'funnel', new: 'new buyers',
      second: 'second buyers', repurchase: 'repurchase', source: 'source', sellers: 'best sellers',
    } satisfies Record<keyof typeof overview.figure, string>;
    const plain = (words: string) => words.toLowerCase().replace(/ ?\([^)]*\)/g, '').replace(/\.$/, '');
    for (const [key, row] of Object.entries(named)) {
      expect([key, plain(overview.figure[key as keyof typeof named].meaning)]).toEqual([key, plain(rows[row] ?? 'is not there')]);
    }
  });
});

describe('the books', () => {
  test('have each amount in its column', () => {
    expect([columns(5), columns(-5), columns(0)]).toEqual([{ debit: 5 }, { credit: 5 }, { debit: 0 }]);
  });
  test('are compared with what the bills come to', () => {
    expect(billed({ payment_fen: 20_901, refund_fen: 500, fee_fen: 125 })).toBe(20_276);
  });

  // Whoever adds an account or a kind of entry says here what it is.
  test('explain each account and each kind of entry', () => {
    expect(Object.keys(words.account).sort()).toEqual([...accounts].sort());
    expect(Object.keys(words.meaning).sort()).toEqual([...accounts].sort());
    expect(Object.keys(words.kindMeaning).sort()).toEqual([...kinds].sort());
    const model = readFileSync(path.resolve(import.meta.dirname, '../../model/payment.go'), 'utf8');
    expect([...model.matchAll(/^\tAccount\w+ +Account = "(\w+)"/gm)].map(([, code]) => code).sort()).toEqual([...accounts].sort());
  });
});
