import type { Schemas } from '@/api/call';

export type Text = Partial<Record<string, string>>;
export type Detail = Schemas['CatalogueDeskDetail'];
type ProductInput = Omit<Schemas['CatalogueProductChange'], 'version' | '$schema'>;

/** A value of an option. Its key stays while its words change, so that what was typed for it stays as well. */
export interface Value { key: string; text: Text }
export interface Option { key: string; name: Text; values: Value[] }

/** What is filled in for one combination of values; undefined: nothing yet. */
export interface Row {
  no?: string;
  /** Whether it can be bought at all. */
  offered: boolean;
  code: string;
  price?: number;
  compareAt?: number;
  barcode: string;
  weight?: number;
  picture: string;
  stock?: number;
  /** What was on hand when it was shown. */
  was?: number;
  reserved: number;
}

export interface Picture { url: string; small?: string; alt: Text; width?: number; height?: number }

/** A product as it is being filled in. rows has a row for each combination that there has been, by the keys of its values. */
export interface Draft {
  handle: string;
  title: Text;
  summary: Text;
  body: Text;
  vendor: string;
  tags: string[];
  categories: string[];
  pictures: Picture[];
  options: Option[];
  rows: Record<string, Row>;
  noReturn: boolean;
  freight: string;
  /** Its place on the shelf: the smaller comes first. */
  place?: number;
}

/** The limits that the server sets, so that nothing is typed in vain. */
export const most = { options: 3, skus: 100, pictures: 50, tags: 100, categories: 20 };

let made = 0;
export const newKey = () => `n${++made}`;

export function emptyRow(): Row {
  return { offered: true, code: '', barcode: '', picture: '', reserved: 0 };
}

export function emptyDraft(): Draft {
  return {
    handle: '', title: {}, summary: {}, body: {}, vendor: '', tags: [], categories: [], pictures: [], options: [], rows: { '': emptyRow() },
    noReturn: false, freight: '', place: 0,
  };
}

const joined = (keys: string[]) => keys.join('/');

/** What a product is, to be changed. Combinations that it does not have are there, and not offered. */
export function draftOf(d: Detail): Draft {
  const options = d.options.map((o, i) => ({
    key: `o${i}`, name: { ...o.name }, values: o.values.map((text, j) => ({ key: `o${i}v${j}`, text: { ...text } })),
  }));
  const rows: Record<string, Row> = {};
  for (const k of d.skus) {
    rows[joined(k.choice.map((v, i) => options[i].values[v].key))] = {
      no: k.no, offered: true, code: k.code, price: k.price_fen, compareAt: k.compare_at_fen || undefined, barcode: k.barcode,
      weight: k.weight_grams || undefined, picture: k.picture, stock: k.on_hand, was: k.on_hand, reserved: k.reserved,
    };
  }
  const draft: Draft = {
    handle: d.handle, title: { ...d.title }, summary: { ...d.summary }, body: { ...d.body }, vendor: d.vendor, tags: [...d.tags],
    categories: [...d.categories], pictures: d.pictures.map((p) => ({ url: p.url, small: p.small, alt: { ...p.alt }, width: p.width, height: p.height })),
    options, rows, noReturn: d.no_return, freight: d.freight_template ?? '', place: d.sort,
  };
  for (const keys of combinations(options)) {
    if (!rows[joined(keys)]) rows[joined(keys)] = { ...emptyRow(), offered: false };
  }
  return draft;
}

/** chosen are the options that have something to choose: one whose values are still to be written changes nothing. */
export const chosen = (options: Option[]) => options.filter((o) => o.values.length);

/** combinations are all choices of one value of each option, by their keys. */
export function combinations(options: Option[]): string[][] {
  return chosen(options).reduce<string[][]>((all, o) => all.flatMap((keys) => o.values.map((v) => [...keys, v.key])), [[]]);
}

export interface Cell { key: string; values: Value[]; row: Row }

/** grid is the rows in the order of the options. */
export function grid(draft: Pick<Draft, 'options' | 'rows'>): Cell[] {
  return combinations(draft.options).map((keys) => ({
    key: joined(keys),
    values: keys.map((k, i) => chosen(draft.options)[i].values.find((v) => v.key === k)!),
    row: draft.rows[joined(keys)] ?? emptyRow(),
  }));
}

/**
 * keepStep makes a row for each combination that has none yet. What goes and comes back has all that was typed. A new
 * combination takes the prices of the one that is most like it; what is one thing's own (number, stock, barcode) moves
 * with it when an option was added or taken away and nothing of the old shape stays.
 */
export function keepStep(rows: Record<string, Row>, options: Option[], before: Option[]) {
  const shape = (of: Option[]) => joined(chosen(of).map((o) => o.key));
  const reshaped = shape(options) !== shape(before);
  const there = combinations(before).map(joined).filter((k) => rows[k]);
  const wanted = combinations(options).map(joined);
  const leaving = new Set(reshaped ? there : []);
  for (const key of wanted) {
    if (rows[key] && !reshaped) continue;
    const mine = new Set(key.split('/'));
    let best: string | undefined;
    let shared = -1;
    for (const other of there) {
      const alike = other === '' ? 0 : other.split('/').filter((k) => mine.has(k)).length;
      // Of two that are as much alike, one whose number and stock nobody has taken yet.
      if (alike > shared || (alike === shared && leaving.has(other) && !leaving.has(best!))) [best, shared] = [other, alike];
    }
    const like = best === undefined ? undefined : rows[best];
    if (!like) rows[key] = emptyRow();
    else if (leaving.delete(best!)) rows[key] = { ...like };
    else rows[key] = { ...emptyRow(), price: like.price, compareAt: like.compareAt, weight: like.weight };
  }
}

const filled = (text: Text) => Object.fromEntries(Object.entries(text).filter(([, s]) => s?.trim())) as Record<string, string>;

/** inputOf is what is sent; keys tells which row each of its SKUs is of. */
export function inputOf(draft: Draft): { input: ProductInput; keys: string[] } {
  const offered = grid(draft).filter((c) => c.row.offered);
  const place = new Map(draft.options.flatMap((o) => o.values.map((v, i) => [v.key, i] as const)));
  return {
    keys: offered.map((c) => c.key),
    input: {
      title: filled(draft.title), summary: filled(draft.summary), body: filled(draft.body), vendor: draft.vendor.trim(),
      tags: draft.tags, categories: draft.categories, no_return: draft.noReturn, freight_template: draft.freight, sort: draft.place ?? 0,
      pictures: draft.pictures.map((p) => ({ ...p, alt: filled(p.alt) })),
      options: draft.options.map((o) => ({ name: filled(o.name), values: o.values.map((v) => filled(v.text)) })),
      skus: offered.map(({ row, values }) => ({
        no: row.no, choice: values.map((v) => place.get(v.key)!), code: row.code.trim(), price_fen: row.price ?? 0,
        compare_at_fen: row.compareAt ?? 0, barcode: row.barcode.trim(), weight_grams: row.weight ?? 0, picture: row.picture || undefined,
        // What nobody has counted is left as it is, whatever is sold meanwhile.
        ...(row.stock !== undefined && row.stock !== row.was ? { stock: row.stock, stock_was: row.no ? row.was ?? 0 : undefined } : {}),
      })),
    },
  };
}

/** rowErrors sorts what the server says of SKUs by row and column; the rest stays under its field. */
export function rowErrors(byField: Record<string, string>, keys: string[]) {
  const rows: Record<string, Record<string, string>> = {};
  const rest: Record<string, string> = {};
  for (const [field, words] of Object.entries(byField)) {
    const found = /^skus\[(\d+)\](?:\.(\w+))?$/.exec(field);
    const key = found && keys[Number(found[1])];
    if (found && found[2] === 'choice' && Object.keys(byField).some((f) => f.startsWith('options'))) continue; // follows from that
    if (found && key !== undefined && key !== null) (rows[key] ??= {})[found[2] ?? 'choice'] ??= words;
    else rest[field] = words;
  }
  return { rows, rest };
}
