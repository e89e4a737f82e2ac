import type { components } from '@/api/schema';
import { yuan } from './money';
import { t } from '@/words';

type Quote = components['schemas']['OrderQuote'];

/** One thing that is another than before. */
export interface Change {
  text: string;
  before?: string;
  now?: string;
}

/** What differs between two prices of one basket, so that nobody has to look for it: offers, prices, the delivery. */
export function changesOf(before: Quote, now: Quote): Change[] {
  const changes: Change[] = [];
  const named = (of: Quote) => new Map((of.applied ?? []).map((a) => [a.no, a.name]));
  for (const [no, name] of named(before)) if (!named(now).has(no)) changes.push({ text: t('changed.gone', { name }) });
  for (const [no, name] of named(now)) if (!named(before).has(no)) changes.push({ text: t('changed.new', { name }) });
  for (const line of now.lines) {
    const was = before.lines.find((l) => l.sku === line.sku);
    if (was && was.unit_fen !== line.unit_fen) changes.push({ text: line.title, before: yuan(was.unit_fen), now: yuan(line.unit_fen) });
  }
  if (before.freight_fen !== now.freight_fen) changes.push({ text: t('adjust.freight'), before: yuan(before.freight_fen), now: yuan(now.freight_fen) });
  if (before.tax_fen !== now.tax_fen) changes.push({ text: t('adjust.tax'), before: yuan(before.tax_fen), now: yuan(now.tax_fen) });
  return changes;
}
