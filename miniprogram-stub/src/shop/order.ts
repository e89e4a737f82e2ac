import type { components } from '@/api/schema';
import type { Word } from '@/words';

export type Order = components['schemas']['OrderView'];
type Status = Order['status'];
type Adjustment = components['schemas']['OrderAdjustmentView'];

/** The tabs over the list of orders, and the states in each. */
export const tabs: { name: string; word: Word; status?: Status[] }[] = [
  { name: 'all', word: 'orders.all' },
  { name: 'pending', word: 'orders.pending', status: ['pending'] },
  { name: 'paid', word: 'orders.paid', status: ['paid', 'partly_shipped'] },
  { name: 'shipped', word: 'orders.shipped', status: ['shipped'] },
];

/** What a state is called. */
export const statusWord = (status: string): Word => `status.${status as Status}`;

/** What is said of an order having come to a state. */
export const eventWord = (status: string): Word => `event.${status as Status}`;

/** What a state means for the buyer. */
export const statusNote = (status: Status): Word => `note.${status}`;

/** What the reasons for a price are called; several of one kind are one row. */
export function rowsOf(adjustments: Adjustment[]): { word: Word; fen: number }[] {
  const sums = new Map<Word, number>();
  for (const a of adjustments) {
    const word: Word = a.kind === 'model' && a.label.startsWith('group_') ? 'adjust.group' : `adjust.${a.kind}`;
    sums.set(word, (sums.get(word) ?? 0) + a.amount_fen);
  }
  return [...sums].map(([word, fen]) => ({ word, fen }));
}

export const piecesOf = (order: Pick<Order, 'lines'>) => order.lines.reduce((n, l) => n + l.quantity, 0);
