import { expect, test } from 'vitest';
import { drop, lines, steps } from '@/pages/products/tree';
import type { Category } from '@/pages/products/states';

const category = (slug: string, ...children: Category[]): Category => ({ slug, name: { en: slug }, published: true, products: 0, children });
const all = lines([category('a', category('a1'), category('a2')), category('b'), category('c')]);
const line = (slug: string) => all.find((l) => l.category.slug === slug)!;

test('a step leads beside, below and out', () => {
  expect(steps(all, line('a'))).toEqual({ down: { parent: '', before: 'c' } });
  expect(steps(all, line('b'))).toEqual({ up: { parent: '', before: 'a' }, down: { parent: '', before: undefined }, in: { parent: 'a' } });
  expect(steps(all, line('a2'))).toEqual({ up: { parent: 'a', before: 'a1' }, in: { parent: 'a1' }, out: { parent: '', before: 'b' } });
});

test('what is dropped comes before, into or behind what it is dropped on, and never into itself', () => {
  expect(drop(line('c'), line('a'), 'before')).toEqual({ parent: '', before: 'a' });
  expect(drop(line('c'), line('a'), 'in')).toEqual({ parent: 'a' });
  expect(drop(line('a'), line('b'), 'after')).toEqual({ parent: '', before: 'c' });
  expect(drop(line('b'), line('a'), 'after')).toEqual({ parent: '', before: 'c' });
  expect(drop(line('a'), line('a2'), 'in')).toBeUndefined();
  expect(drop(line('a'), line('a'), 'before')).toBeUndefined();
});

test('nothing comes to lie deeper than the server lets it', () => {
  const deep = lines([category('1', category('2', category('3', category('4', category('5'))))), category('x', category('y')), category('z')]);
  const of = (slug: string) => deep.find((l) => l.category.slug === slug)!;
  expect(drop(of('z'), of('4'), 'in')).toEqual({ parent: '4' });
  expect(drop(of('z'), of('5'), 'in')).toBeUndefined();
  expect(drop(of('x'), of('4'), 'in')).toBeUndefined();
});
