import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { dayOf } from './format';

/** The spans of days that have a name; own is from a day to a day. */
export const periods = ['today', '7', '30', 'month', 'own'] as const;
export type Period = (typeof periods)[number];

/** The longest that the server tells of. */
export const mostDays = 400;

/** The day so many days after one. */
export function addDays(day: string, n: number) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
}

/** How many days there are from one to another, both included. */
export function daysIn(from: string, to: string) {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

/** spanOf is the days of a period that ends today. */
export function spanOf(period: Exclude<Period, 'own'>, today: string) {
  if (period === 'today') return { from: today, to: today };
  if (period === 'month') return { from: `${today.slice(0, 8)}01`, to: today };
  return { from: addDays(today, 1 - Number(period)), to: today };
}

const isDay = (v: unknown): v is string => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v) && !Number.isNaN(Date.parse(v));

/** spanAsked is what an address asks for; what makes no sense is the usual period. */
export function spanAsked(query: { period?: unknown; from?: unknown; to?: unknown }, usual: Exclude<Period, 'own'>, today: string) {
  if (isDay(query.from) && isDay(query.to) && query.from <= query.to && daysIn(query.from, query.to) <= mostDays) {
    return { period: 'own' as Period, from: query.from, to: query.to };
  }
  const period = periods.find((p) => p !== 'own' && p === query.period) as Exclude<Period, 'own'> | undefined ?? usual;
  return { period: period as Period, ...spanOf(period, today) };
}

/** usePeriod is a period that is kept in the address. */
export function usePeriod(usual: Exclude<Period, 'own'> = '30') {
  const route = useRoute();
  const router = useRouter();
  const span = computed(() => spanAsked(route.query, usual, dayOf(Date.now())));
  const change = (of: Record<string, string | undefined>) => {
    const query = { ...route.query, ...of };
    for (const [k, v] of Object.entries(query)) if (v === undefined) delete query[k];
    void router.push({ query });
  };
  return {
    span,
    choose: (period: Exclude<Period, 'own'>) => change({ period: period === usual ? undefined : period, from: undefined, to: undefined }),
    chooseDays: (from: string, to: string) => change({ period: undefined, from, to }),
    change,
  };
}
