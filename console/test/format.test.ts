import { beforeAll, expect, test } from 'vitest';
import { away, brief, day, dayOf, endOf, fenOf, instant, instantOf, lasting, listed, money, span, startOf, typedOf, wallOf } from '@/parts/format';
import { speak } from '@/words';

beforeAll(() => speak('en'));

test('an amount that is typed is read to the fen, or not at all', () => {
  for (const [typed, fen] of Object.entries({ '12': 1200, '12.5': 1250, '12,05': 1205, ' ¥ 0.01 ': 1, '0': 0, '¥1': 100 })) expect([typed, fenOf(typed)]).toEqual([typed, fen]);
  for (const typed of ['', '-1', '1.234', '1,234.00', 'abc', '.5', '1e3', '12345678901']) expect([typed, fenOf(typed)]).toEqual([typed, undefined]);
  for (const fen of [0, 1, 99, 100, 123456]) expect(fenOf(typedOf(fen))).toBe(fen);
});

test('amounts and instants are those of the language', async () => {
  const at = Date.parse('2025-03-01T16:30:00Z'); // the next day in Shanghai
  expect(money(123456)).toBe('¥1,234.56');
  expect(money(-5)).toBe('-¥0.05');
  expect(instant(at)).toContain('Mar 2, 2025');
  expect(brief(at)).toContain('2025');
  await speak('it');
  expect(money(123456).replace(/\s/g, ' ')).toMatch(/1\.?234,56 ¥/);
  expect(day(at)).toContain('2 mar 2025');
  await speak('zh-CN');
  expect(money(123456)).toBe('¥1,234.56');
  expect(day('2025-03-02')).toBe('2025年3月2日');
  await speak('en');
});

test('a day is one of Shanghai', () => {
  expect(dayOf(startOf('2025-03-02'))).toBe('2025-03-02');
  expect(dayOf(startOf('2025-03-02') - 1)).toBe('2025-03-01');
  expect(dayOf(endOf('2025-03-02'))).toBe('2025-03-03');
});

test('how far away something is is told in one unit', () => {
  const now = 1_000_000_000;
  expect(away(now + 3 * 86_400_000 + 5, now)).toBe('in 3 days');
  expect(away(now - 90 * 60_000, now)).toBe('1 hour ago');
  expect(away(now + 30_000, now)).toBe('in 0 minutes');
});

test('a wall clock in Shanghai is an instant, and back, wherever the reader is', () => {
  expect(instantOf('2026-06-01 08:30')).toBe(Date.parse('2026-06-01T00:30:00Z'));
  for (const wall of ['2026-06-01 08:30', '2026-01-01 00:00', '2025-12-31 23:59']) expect(wallOf(instantOf(wall))).toBe(wall);
});

test('stretches of time and names are told as people do', async () => {
  await speak('en');
  expect(lasting(5 * 3_600_000 + 4 * 60_000 + 9_999)).toBe('5:04:09');
  expect(lasting(-1)).toBe('0:00:00');
  expect([span(600), span(3600), span(86_400), span(259_200)]).toEqual(['10 minutes', '1 hour', '24 hours', '3 days']);
  expect(listed(['a', 'b', 'c'])).toBe('a, b, and c');
});
