import { instant, money } from '@/parts/format';
import { has, t } from '@/words';

/** One thing that an entry of the audit log says: what it was called, before and after. */
export interface Change { name: string; before?: string; after?: string; differs: boolean }

function parsed(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const found: unknown = JSON.parse(text);
    return found !== null && typeof found === 'object' && !Array.isArray(found) ? (found as Record<string, unknown>) : { '': found };
  } catch {
    return { '': text };
  }
}

/** flat is what is in what, by a path such as theme.accent; lists of plain values stay together. */
function flat(of: Record<string, unknown>, under = '', into: Record<string, unknown> = {}) {
  for (const [key, value] of Object.entries(of)) {
    const name = under ? `${under}.${key}` : key;
    const plain = Array.isArray(value) && value.every((v) => v === null || typeof v !== 'object');
    if (value !== null && typeof value === 'object' && !plain && Object.keys(value).length) flat(value as Record<string, unknown>, name, into);
    else into[name] = value;
  }
  return into;
}

/** shown is a value as people read it: money and instants by what their names end in. */
function shown(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === '' || (Array.isArray(value) && !value.length)) return t('common.none');
  if (typeof value === 'boolean') return t(value ? 'operations.yes' : 'operations.no');
  if (typeof value === 'number' && /_fen$/.test(name)) return money(value);
  if (typeof value === 'number' && /(_at|_until|^until|\.until)$/.test(name) && value > 1e11) return instant(value);
  if (/(^|\.)role$/.test(name) && has(`common.role.${value as string}`)) return t(`common.role.${value as string}`);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** changesOf reads what an entry kept, both JSON: each thing once, in the order in which they were written. */
export function changesOf(before: string | undefined, after: string | undefined): Change[] {
  const [was, is] = [flat(parsed(before)), flat(parsed(after))];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((name) => ({
    name, before: shown(name, was[name]), after: shown(name, is[name]), differs: JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  }));
}
