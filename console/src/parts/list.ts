import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, reactive, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { api, got } from '@/api/call';
import { failureOf, type Failure } from '@/api/failure';
import { useRead, type Body, type Readable } from '@/api/queries';
import { language } from '@/words';
import { endOf, startOf } from './format';

/** One way to choose rows. Its value is kept in the address under its name; label is a key of words. */
export type Filter =
  | { kind: 'text'; name: string; label: string; wide?: boolean }
  /** Several of values, each called by words.value. */
  | { kind: 'many'; name: string; label: string; values: readonly string[]; words: string }
  /** One of values. */
  | { kind: 'one'; name: string; label: string; values: readonly string[]; words: string }
  /** One of what the shop itself has, each by its own name. */
  | { kind: 'own'; name: string; label: string; options: () => { value: string; label: string }[] }
  /** From a day to a day, both included, sent as the instants from and to. */
  | { kind: 'days'; name: string; label: string; from?: string; to?: string };

/** The paths that list. */
export type Listing = { [P in Readable]: Body<P> extends { items: unknown[] } ? P : never }[Readable];
export type RowOf<P extends Listing> = Body<P> extends { items: (infer R)[] } ? R : never;

export const sizes = [20, 50, 100];

/** What a list page shows. */
export interface List<Row> {
  rows: Row[];
  loading: boolean;
  reading: boolean;
  failure: Failure | undefined;
  filters: Filter[];
  /** What each filter stands at; a text, or several. */
  values: Record<string, string | string[] | undefined>;
  filtered: boolean;
  size: number;
  hasNext: boolean;
  atFirst: boolean;
  choose(name: string, value: string | string[] | undefined): void;
  clear(): void;
  resize(size: number): void;
  next(): void;
  first(): void;
  back(): void;
  hasBack: boolean;
  /** All there is, on one page. */
  whole?: boolean;
  again(): void;
}

const isSeveral = (f: Filter) => f.kind === 'many' || f.kind === 'days';

/**
 * useList is a list with its filters, its size and its place kept in the address, so that it can be sent to a
 * colleague and is there again after going back. always is asked besides; params has what a path names; every reads it
 * again after so many milliseconds, while the page is looked at.
 */
export function useList<P extends Listing>(
  path: P, filters: Filter[] = [],
  { always, params, every }: { always?: () => Record<string, unknown>; params?: () => Record<string, string>; every?: number | ((rows: RowOf<P>[]) => number | false) } = {},
): List<RowOf<P>> {
  const route = useRoute();
  const router = useRouter();
  const own = route.name; // while the next page comes in, the address is already another's
  const address = ref({ ...route.query });
  watch(() => route.query, (query) => {
    if (route.name === own) address.value = { ...query };
  });

  const several = (name: string) => [address.value[name] ?? []].flat().filter((v): v is string => typeof v === 'string' && v !== '');
  const values = computed(() => Object.fromEntries(filters.map((f) => {
    const found = several(f.name);
    return [f.name, isSeveral(f) ? (found.length ? found : undefined) : found[0]];
  })));
  const size = computed(() => {
    const asked = Number(several('limit')[0]);
    return sizes.includes(asked) ? asked : sizes[0];
  });
  const cursor = computed(() => several('cursor')[0]);

  const asked = computed(() => {
    const query: Record<string, unknown> = { ...always?.(), limit: size.value };
    if (cursor.value) query.cursor = cursor.value;
    for (const f of filters) {
      const value = values.value[f.name];
      if (value === undefined) continue;
      if (f.kind === 'days') {
        const [from, to] = value;
        if (from) query[f.from ?? 'from'] = startOf(from);
        if (to) query[f.to ?? 'to'] = endOf(to);
      } else query[f.name] = value;
    }
    return query;
  });

  const found = useQuery({
    queryKey: computed(() => [path, params?.() ?? {}, asked.value, language()]),
    queryFn: ({ signal }) => got(api.GET(path as never, { params: { path: params?.(), query: asked.value }, signal } as never) as never) as Promise<{ items: RowOf<P>[]; next_cursor?: string }>,
    placeholderData: keepPreviousData,
    refetchInterval: typeof every === 'function' ? (q) => every(q.state.data?.items ?? []) : every,
  });

  /** The places before, of this visit: the API knows the way forward alone. */
  const before = ref<(string | undefined)[]>([]);

  function go(change: Record<string, string | string[] | undefined>, stay = false) {
    const query = { ...address.value, ...change };
    for (const [name, value] of Object.entries(query)) if (value === undefined || value === '' || (Array.isArray(value) && !value.length)) delete query[name];
    if (!stay) {
      delete query.cursor;
      before.value = [];
    }
    void router.push({ query });
  }

  return reactive({
    rows: computed(() => found.data.value?.items ?? []),
    loading: found.isPending,
    reading: found.isFetching,
    failure: computed(() => (found.error.value ? failureOf(found.error.value) : undefined)),
    filters, values, size,
    filtered: computed(() => Object.values(values.value).some((v) => v !== undefined)),
    hasNext: computed(() => !!found.data.value?.next_cursor && !found.isPlaceholderData.value),
    atFirst: computed(() => cursor.value === undefined),
    hasBack: computed(() => before.value.length > 0),
    choose: (name: string, value: string | string[] | undefined) => go({ [name]: value }),
    clear: () => go(Object.fromEntries(filters.map((f) => [f.name, undefined]))),
    resize: (to: number) => go({ limit: to === sizes[0] ? undefined : String(to) }),
    next: () => {
      const next = found.data.value?.next_cursor;
      if (!next) return;
      before.value.push(cursor.value);
      go({ cursor: next }, true);
    },
    back: () => go({ cursor: before.value.pop() }, true),
    first: () => go({}),
    again: () => void found.refetch(),
  }) as List<RowOf<P>>;
}

/** useWhole is a list that the API does not page: of people, of what is open. */
export function useWhole<P extends Listing>(path: P): List<RowOf<P>> {
  const found = useRead(path);
  const never = () => {};
  return reactive({
    rows: computed(() => (found.body.value as { items: RowOf<P>[] } | undefined)?.items ?? []),
    loading: found.loading, reading: found.reading, failure: found.failure,
    filters: [], values: {}, filtered: false, size: sizes[0], hasNext: false, atFirst: true, hasBack: false, whole: true,
    choose: never, clear: never, resize: never, next: never, first: never, back: never,
    again: () => void found.again(),
  }) as List<RowOf<P>>;
}
