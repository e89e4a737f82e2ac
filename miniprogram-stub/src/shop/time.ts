import { language, t } from '@/words';

const two = (n: number) => String(n).padStart(2, '0');

/** An instant, in the device's own time: the day and the minute; the year when it is another. */
export function when(millis: number, now = Date.now()) {
  const d = new Date(millis);
  const time = `${two(d.getHours())}:${two(d.getMinutes())}`;
  const year = d.getFullYear() === new Date(now).getFullYear() ? '' : d.getFullYear();
  if (language.value === 'zh-CN') return `${year && `${year}年`}${d.getMonth() + 1}月${d.getDate()}日 ${time}`;
  const month = t('months').split(' ')[d.getMonth()];
  return `${d.getDate()} ${month}${year && ` ${year}`}, ${time}`;
}

/** The day of an instant, in the device's own time. */
export const day = (millis: number, now = Date.now()) => when(millis, now).replace(/,? \d\d:\d\d$/, '');

/** A list that is sorted by time, cut at the ends of days. */
export function byDay<T>(items: T[], at: (item: T) => number) {
  const days: { day: string; items: T[] }[] = [];
  for (const item of items) {
    const name = day(at(item));
    if (days.at(-1)?.day !== name) days.push({ day: name, items: [] });
    days.at(-1)!.items.push(item);
  }
  return days;
}

/** What is left until an instant, as 14:05 or 1:02:03; never negative. */
export function left(until: number, now: number) {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}
