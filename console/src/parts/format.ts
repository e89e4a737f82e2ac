import { language } from '@/words';

/** Days, here as in WeChat's bills, are those of Shanghai. */
export const zone = 'Asia/Shanghai';

const made = new Map<string, unknown>();

/** of makes a formatter once per language. */
function of<T>(name: string, make: (language: string) => T): T {
  const key = `${name} ${language()}`;
  if (!made.has(key)) made.set(key, make(language()));
  return made.get(key) as T;
}

/** An amount of fen, such as ¥1,234.00. */
export function money(fen: number, currency = 'CNY') {
  return of(`money ${currency}`, (l) => new Intl.NumberFormat(l, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })).format(fen / 100 || 0); // there is no -0
}

export function count(n: number) {
  return of('count', (l) => new Intl.NumberFormat(l)).format(n);
}

/** So many bytes, such as 1.2 MB. */
export function size(bytes: number) {
  const [unit, per] = bytes < 1 << 20 ? ['kilobyte', 1 << 10] as const : ['megabyte', 1 << 20] as const;
  return of(unit, (l) => new Intl.NumberFormat(l, { style: 'unit', unit, maximumFractionDigits: 1 })).format(bytes / per);
}

/** A share, such as 0.123 as 12.3%. */
export function percent(share: number) {
  return of('percent', (l) => new Intl.NumberFormat(l, { style: 'percent', maximumFractionDigits: 1 })).format(share);
}

/** An instant in Shanghai, to the minute. */
export function instant(at: number) {
  return of('instant', (l) => new Intl.DateTimeFormat(l, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' })).format(at);
}

/** An instant in Shanghai without its year when that is ours: for lists. */
export function brief(at: number) {
  const year = (when: number) => of('year', () => new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric' })).format(when);
  if (year(at) !== year(Date.now())) return instant(at);
  return of('brief', (l) => new Intl.DateTimeFormat(l, { timeZone: zone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })).format(at);
}

/** An instant where the reader is, with its zone. */
export function here(at: number) {
  return of('here', (l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' })).format(at);
}

/** A day, from an instant or from its name such as 2026-06-01. */
export function day(at: number | string) {
  const when = typeof at === 'string' ? startOf(at) : at;
  return of('day', (l) => new Intl.DateTimeFormat(l, { timeZone: zone, dateStyle: 'medium' })).format(when);
}

/** A month by its name, such as 2026-06. */
export function month(name: string) {
  return of('month', (l) => new Intl.DateTimeFormat(l, { timeZone: zone, month: 'short', year: 'numeric' })).format(startOf(`${name}-01`));
}

/** A day by its name without the year, for an axis. */
export function shortDay(name: string) {
  return of('shortDay', (l) => new Intl.DateTimeFormat(l, { timeZone: zone, day: 'numeric', month: 'numeric' })).format(startOf(name));
}

const units = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]] as const;

/** How far away an instant is, such as in 3 days or 5 minutes ago. */
export function away(at: number, now = Date.now()) {
  const far = at - now;
  const [unit, length] = units.find(([, l]) => Math.abs(far) >= l) ?? units[2];
  return of('away', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'always' })).format(Math.trunc(far / length), unit);
}

/** When a day of Shanghai begins, by its name. */
export function startOf(name: string) {
  return Date.parse(`${name}T00:00:00+08:00`);
}

/** When the day after begins. */
export function endOf(name: string) {
  return startOf(name) + 86_400_000;
}

/** The name of the day that it is in Shanghai. */
export function dayOf(at: number) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(at);
}

/** What a language is called in ours, such as Chinese for zh-CN. */
export function languageName(code: string) {
  return of('languages', (l) => new Intl.DisplayNames([l], { type: 'language' })).of(code.split('-')[0]) ?? code;
}

/** fenOf reads an amount that somebody has typed, with a point or a comma; undefined when it is none. */
export function fenOf(typed: string) {
  const found = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(typed.trim().replace(/^[¥￥]\s*/, ''));
  if (!found) return undefined;
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
}

/** An amount as it may be typed. */
export function typedOf(fen: number) {
  return (fen / 100).toFixed(2);
}

/** What clocks in Shanghai show at an instant, such as 2026-06-01 08:30. */
export function wallOf(at: number) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at);
}

/** The instant at which clocks in Shanghai show that. */
export function instantOf(wall: string) {
  return Date.parse(`${wall.replace(' ', 'T')}:00+08:00`);
}

/** Several names in one sentence, such as a, b and c. */
export function listed(names: string[]) {
  return of('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(names);
}

/** A stretch of time in hours, minutes and seconds, such as 5:04:09. */
export function lasting(milliseconds: number) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const hours = Math.floor(seconds / 3600);
  return `${hours}:${clock}`;
}

/** A stretch of time in its largest unit that is whole, such as 24 hours or 3 days. */
export function span(seconds: number) {
  const [unit, length] = seconds >= 172_800 && seconds % 86_400 === 0 ? ['day', 86_400] as const : seconds % 3600 === 0 ? ['hour', 3600] as const : ['minute', 60] as const;
  return of(`span ${unit}`, (l) => new Intl.NumberFormat(l, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 })).format(seconds / length);
}
