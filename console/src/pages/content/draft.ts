import { computed, onBeforeUnmount, reactive, ref, watch } from 'vue';
import { api, got, type Schemas } from '@/api/call';
import { failureOf, type Failure } from '@/api/failure';
import { filled, item, said, sent, type Item, type Named, type Text } from './blocks';

export type View = Schemas['BrandPageView'];
export type Standing = 'reading' | 'failed' | 'saved' | 'changed' | 'saving' | 'refused' | 'unsaved' | 'conflict';

/** So long after the last change a draft is kept, in milliseconds. */
const pause = 700;

/**
 * useDraft is a page that somebody makes. It is kept by itself while they write; what is wrong with a block is told at
 * it. Of two who write, the second to save is told, and decides.
 */
export function useDraft(slug: string, mayWrite: () => boolean) {
  const path = { slug };
  const page = ref<View>();
  const title = ref<Text>({});
  const items = ref<Item[]>([]);
  const state = ref<Standing>('reading');
  const failure = ref<Failure>();
  /** What is wrong, by the key of a block, or by 0 of the page, and by its field. */
  const errors = reactive<Record<number, Record<string, string>>>({});
  /** Grows with each draft that is kept, so that the preview follows. */
  const kept = ref(0);
  const named = ref(new Map<string, Named>());
  let version = 0;
  const before = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let under: Promise<void> | undefined;

  const languages = computed(() => page.value?.languages ?? []);
  const body = () => ({ title: said(title.value, languages.value), blocks: items.value.map((i) => sent(i.block, languages.value)) });
  const dirty = computed(() => !!page.value && JSON.stringify(body()) !== before.value);

  function know(view: View) {
    page.value = view;
    version = view.version;
    for (const n of view.named) named.value.set(n.ref, n);
  }
  /** take shows what the server has, in the place of what was here. */
  function take(view: View) {
    know(view);
    title.value = { ...view.title };
    items.value = view.blocks.map((b) => item(filled(b)));
    before.value = JSON.stringify(body());
    tell();
    failure.value = undefined;
    state.value = 'saved';
    kept.value++;
  }
  /** tell shows what is wrong where it is; order is that of the blocks when they were sent. */
  function tell(wrong?: Failure, order: number[] = []) {
    for (const key of Object.keys(errors)) delete errors[Number(key)];
    for (const [field, words] of Object.entries(wrong?.byField ?? {})) {
      const found = /^blocks\[(\d+)\]\.?(.*)$/.exec(field);
      const key = found ? order[Number(found[1])] : 0;
      if (key !== undefined) (errors[key] ??= {})[found ? found[2] : field] = words;
    }
  }

  async function load() {
    state.value = 'reading';
    try {
      take(await got(api.GET('/console/v1/pages/{slug}', { params: { path } })));
    } catch (err) {
      failure.value = failureOf(err);
      state.value = 'failed';
    }
  }

  async function save() {
    clearTimeout(timer);
    if (under) await under;
    if (!dirty.value || state.value === 'conflict') return;
    under = keep().finally(() => { under = undefined; });
    await under;
  }
  async function keep() {
    state.value = 'saving';
    const sending = body();
    const order = items.value.map((i) => i.key);
    try {
      const view = await got(api.PUT('/console/v1/pages/{slug}/draft', { params: { path }, body: { ...sending, version } }));
      know(view);
      before.value = JSON.stringify(sending);
      tell();
      failure.value = undefined;
      kept.value++;
      state.value = dirty.value ? 'changed' : 'saved';
      if (dirty.value) later();
    } catch (err) {
      failure.value = failureOf(err);
      tell(failure.value, order);
      state.value = failure.value.code === 'changed_meanwhile' ? 'conflict' : failure.value.undecided ? 'unsaved' : 'refused';
      if (failure.value.undecided) timer = setTimeout(() => void save(), 5_000);
    }
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), pause);
  }
  watch([title, items], () => {
    if (!page.value || !mayWrite() || state.value === 'conflict' || !dirty.value) return;
    if (state.value !== 'saving') state.value = 'changed';
    later();
  }, { deep: true });
  onBeforeUnmount(() => clearTimeout(timer));

  /** act does something with the draft as it is kept, and shows what came of it. It answers whether it was done. */
  async function act(perform: (at: { version: number; published: number }) => Promise<View>) {
    await save();
    if (dirty.value || !page.value) return false;
    const order = items.value.map((i) => i.key);
    try {
      take(await perform({ version, published: page.value.published }));
      return true;
    } catch (err) {
      failure.value = failureOf(err);
      tell(failure.value, order);
      state.value = failure.value.code === 'changed_meanwhile' ? 'conflict' : 'saved';
      return false;
    }
  }

  return {
    page, title, items, state, failure, errors, kept, named, languages, dirty, load, save,
    publish: () => act((at) => got(api.POST('/console/v1/pages/{slug}/publish', { params: { path }, body: at }))),
    unpublish: () => act((at) => got(api.POST('/console/v1/pages/{slug}/unpublish', { params: { path }, body: at }))),
    /** remove answers whether the page is gone; nothing of it is kept then. */
    async remove() {
      await save();
      if (dirty.value || !page.value) return false;
      try {
        await got(api.DELETE('/console/v1/pages/{slug}', { params: { path, query: { version, published: page.value.published } } }));
        return true;
      } catch (err) {
        failure.value = failureOf(err);
        if (failure.value.code === 'changed_meanwhile') state.value = 'conflict';
        return false;
      }
    },
    discard: () => act(({ version }) => got(api.POST('/console/v1/pages/{slug}/discard', { params: { path }, body: { version } }))),
    restore: (number: number) => act(({ version }) => got(api.POST('/console/v1/pages/{slug}/restore', { params: { path }, body: { number, version } }))),
    /** overwrite keeps what is here in the place of what somebody else has kept. */
    async overwrite() {
      try {
        know(await got(api.GET('/console/v1/pages/{slug}', { params: { path } })));
        before.value = '';
        state.value = 'changed';
        await save();
      } catch (err) {
        failure.value = failureOf(err);
      }
    },
  };
}
