import { keepPreviousData, QueryClient, useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { language } from '@/words';
import { api, got } from './call';
import { Failure, failureOf } from './failure';
import type { paths } from './schema';

/** What has been read. What staff look at may have changed meanwhile: it is read again on each visit. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (times, err) => times < 2 && err instanceof Failure && err.undecided && err.status !== 429,
    },
  },
});

/** The paths that can be read, and what comes back. */
export type Readable = { [P in keyof paths]: paths[P] extends { get: { responses: { 200: { content: { 'application/json': unknown } } } } } ? P : never }[keyof paths];
export type Body<P extends Readable> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer B } } } } } ? B : never;
export interface Asked { path?: Record<string, string>; query?: Record<string, unknown> }

function read<P extends Readable>(path: P, params: Asked, signal: AbortSignal) {
  return got(api.GET(path as never, { params, signal } as never) as never) as Promise<Body<P>>;
}

/**
 * useRead reads one thing and keeps what was there while it reads another. enabled: false waits. every reads again
 * after so many milliseconds, while the page is looked at.
 */
export function useRead<P extends Readable>(
  path: P, params: MaybeRefOrGetter<Asked> = {},
  { enabled = true, every, keep = false }: { enabled?: MaybeRefOrGetter<boolean>; every?: number | ((body?: Body<P>) => number | false); keep?: boolean } = {},
) {
  const key = computed(() => [path, toValue(params), language()]);
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(path, toValue(params), signal),
    enabled: computed(() => toValue(enabled)),
    refetchInterval: typeof every === 'function' ? (q: { state: { data?: unknown } }) => every(q.state.data as Body<P> | undefined) : every,
    placeholderData: keep ? keepPreviousData : undefined,
  } as Parameters<typeof useQuery>[0]);
  return {
    body: computed(() => query.data.value as Body<P> | undefined),
    loading: computed(() => query.isPending.value && toValue(enabled)),
    reading: query.isFetching,
    /** What went wrong, when there is nothing to show. */
    failure: computed(() => (query.error.value && query.data.value === undefined ? failureOf(query.error.value) : undefined)),
    again: () => query.refetch(),
    /** What an answer to something that was done says it is now: shown before it is read again. */
    become: (now: Body<P>) => { queries.setQueryData(key.value, now); },
  };
}

/** refresh reads everything again that is on the screen: after something was done, more than one thing may differ. */
export function refresh() {
  return queries.invalidateQueries();
}
