import { computed, onBeforeUnmount, reactive, ref, toRaw, watch, type UnwrapNestedRefs } from 'vue';
import { ElMessageBox } from 'element-plus';
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router';
import { useAct } from '@/api/act';
import { t } from '@/words';

/** What a dialog offers to who shows it: const dialog = ref<Dialog>(). */
export interface Dialog { open(): void }

const copy = <T>(of: T): T => JSON.parse(JSON.stringify(of)) as T;

/**
 * useForm is what somebody fills in. send gets the values and a key for what is done once; what the server says of a
 * field is shown at it (errors.{field}), the rest above the form (failure). reset takes other values as they are.
 */
export function useForm<T extends object, R>(
  initial: T, send: (values: T, key: string) => Promise<R>,
  { done, sent }: { done?: string | ((result: R) => string | undefined); sent?: (result: R) => void } = {},
) {
  const values = reactive(copy(initial)) as UnwrapNestedRefs<T>;
  const before = ref(JSON.stringify(initial));
  const errors = reactive<Record<string, string | undefined>>({});
  const act = useAct(async (key: string) => {
    const result = await send(copy(toRaw(values)) as T, key);
    before.value = JSON.stringify(values);
    sent?.(result);
    return result;
  }, { done, toast: false });

  /** An error goes once what it is about has been changed. */
  for (const field of Object.keys(values)) {
    watch(() => (values as Record<string, unknown>)[field], () => {
      for (const at of Object.keys(errors)) if (at === field || at.startsWith(`${field}.`) || at.startsWith(`${field}[`)) delete errors[at];
    }, { deep: true });
  }

  async function submit() {
    for (const at of Object.keys(errors)) delete errors[at];
    const ok = await act.run();
    Object.assign(errors, act.failure?.byField);
    return ok;
  }

  return reactive({
    values, errors,
    busy: computed(() => act.busy),
    dirty: computed(() => JSON.stringify(values) !== before.value),
    /** What is wrong, unless it stands at fields that are all shown. */
    failure: computed(() => act.failure),
    submit,
    reset(to: T) {
      Object.assign(values, copy(to));
      before.value = JSON.stringify(values);
      for (const at of Object.keys(errors)) delete errors[at];
    },
  });
}

/** useLeave asks before what was changed and not saved is left. */
export function useLeave(dirty: () => boolean) {
  const warn = (event: BeforeUnloadEvent) => {
    if (dirty()) event.preventDefault();
  };
  window.addEventListener('beforeunload', warn);
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn));
  const ask = async () => {
    if (!dirty()) return true;
    return ElMessageBox.confirm(t('common.leave.text'), t('common.leave.title'), {
      confirmButtonText: t('common.leave.leave'), cancelButtonText: t('common.leave.stay'),
    }).then(() => true, () => false);
  };
  onBeforeRouteLeave(ask);
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : ask()));
}
