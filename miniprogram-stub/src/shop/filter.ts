/** How a list is sorted; undefined is the shop's own order. */
export type Sort = 'newest' | 'price_asc' | 'price_desc' | undefined;

/** What a list leaves out. */
export interface Filter { min_fen: number; max_fen: number; in_stock: boolean }

export const noFilter: Filter = { min_fen: 0, max_fen: 0, in_stock: false };

/** Ranges of prices to choose from, in fen; 0 is no limit. */
export const ranges = [
  [0, 0], [0, 10_000], [10_000, 30_000], [30_000, 100_000], [100_000, 0],
] as const;
