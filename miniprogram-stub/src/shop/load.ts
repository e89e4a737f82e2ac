import { onPullDownRefresh, onReachBottom } from '@dcloudio/uni-app';
import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import { failureOf, type Failure } from '@/api/failure';
import { language } from '@/words';

/** What a page shows, and how it stands. */
export interface Loaded<T> {
  data: Ref<T | undefined>;
  /** Why there is nothing to show. */
  failure: Ref<Failure | undefined>;
  load: () => Promise<void>;
}

/**
 * Reads what a page shows: at once unless it waits to be told, when it is pulled down, and in the new language
 * when that changes. What is there stays while it is read again. Only the latest answer counts.
 */
export function useLoad<T>(read: () => Promise<T>, { wait = false } = {}): Loaded<T> {
  const data = shallowRef<T>();
  const failure = shallowRef<Failure>();
  let turn = 0;
  async function load() {
    const mine = ++turn;
    try {
      const answer = await read();
      if (mine !== turn) return;
      data.value = answer;
      failure.value = undefined;
    } catch (err) {
      if (mine !== turn) return;
      failure.value = failureOf(err);
      if (data.value !== undefined) uni.showToast({ title: failure.value.message, icon: 'none' });
    }
  }
  onPullDownRefresh(() => load().finally(() => uni.stopPullDownRefresh()));
  watch(language, load);
  if (!wait) load();
  return { data, failure, load };
}

interface Page<I> { items: I[]; next_cursor?: string }

/** Reads a list page by page, the next one when the end comes near. */
export function usePages<I>(read: (cursor: string | undefined) => Promise<Page<I>>, options = {}) {
  const more = ref<'no' | 'yes' | 'reading' | 'failed'>('no');
  const first = useLoad(() => read(undefined), options);
  const rest = shallowRef<I[]>([]);
  let cursor: string | undefined;
  watch(first.data, (page) => {
    rest.value = [];
    cursor = page?.next_cursor;
    more.value = cursor ? 'yes' : 'no';
  }, { flush: 'sync' });
  async function next() {
    if (!cursor || more.value === 'reading') return;
    more.value = 'reading';
    const begun = first.data.value;
    try {
      const page = await read(cursor);
      if (begun !== first.data.value) return; // read anew meanwhile
      rest.value = [...rest.value, ...page.items];
      cursor = page.next_cursor;
      more.value = cursor ? 'yes' : 'no';
    } catch {
      more.value = 'failed';
    }
  }
  onReachBottom(next);
  const items = computed(() => first.data.value && [...first.data.value.items, ...rest.value]);
  /** Forgets what is there, when another list is asked for. */
  const clear = () => {
    first.data.value = undefined;
    first.failure.value = undefined;
  };
  return { items, more, next, clear, failure: first.failure, load: first.load };
}
