import type { Category } from './states';

/** A line of the tree: where its category stands. */
export interface Line { category: Category; depth: number; parent: string; at: number; siblings: Category[] }
export interface Place { parent: string; before?: string }

/** How deep categories may lie; the server says so too. */
export const deepest = 5;

export function lines(tree: Category[], parent = '', depth = 0): Line[] {
  return tree.flatMap((category, at) => [{ category, depth, parent, at, siblings: tree }, ...lines(category.children, category.slug, depth + 1)]);
}

const height = (c: Category): number => 1 + Math.max(0, ...c.children.map(height));
const within = (c: Category, slug: string): boolean => c.slug === slug || c.children.some((x) => within(x, slug));

/** steps are the places that one step of the keyboard leads to; those that lead nowhere are missing. */
export function steps(all: Line[], l: Line): Partial<Record<'up' | 'down' | 'in' | 'out', Place>> {
  const out: Partial<Record<'up' | 'down' | 'in' | 'out', Place>> = {};
  const above = l.siblings[l.at - 1];
  if (above) out.up = { parent: l.parent, before: above.slug };
  if (l.at < l.siblings.length - 1) out.down = { parent: l.parent, before: l.siblings[l.at + 2]?.slug };
  if (above && l.depth + 1 + height(l.category) <= deepest) out.in = { parent: above.slug };
  const parent = all.find((x) => x.category.slug === l.parent);
  if (parent) out.out = { parent: parent.parent, before: parent.siblings[parent.at + 1]?.slug };
  return out;
}

/** drop is where something comes to stand that is let go over a line: before it, in it, or behind it. */
export function drop(moved: Line, over: Line, where: 'before' | 'in' | 'after'): Place | undefined {
  if (within(moved.category, over.category.slug)) return undefined;
  const depth = where === 'in' ? over.depth + 1 : over.depth;
  if (depth + height(moved.category) > deepest) return undefined;
  if (where === 'in') return { parent: over.category.slug };
  const others = over.siblings.filter((c) => c.slug !== moved.category.slug);
  const at = others.findIndex((c) => c.slug === over.category.slug);
  return { parent: over.parent, before: where === 'before' ? over.category.slug : others[at + 1]?.slug };
}
