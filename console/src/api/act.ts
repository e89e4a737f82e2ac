import { reactive } from 'vue';
import { ElMessage } from 'element-plus';
import { Failure, failureOf } from './failure';
import { newKey } from './key';
import { refresh } from './queries';

/**
 * useAct is something that is done: once at a time, with a key of its own that stays the same while nobody knows
 * whether it was done. Everything on the screen is read again afterwards.
 */
export function useAct<A extends unknown[], R>(
  perform: (key: string, ...args: A) => Promise<R>,
  { done, toast = true }: { done?: string | ((result: R) => string | undefined); toast?: boolean } = {},
) {
  let key = newKey();
  const act = reactive({
    busy: false,
    failure: undefined as Failure | undefined,

    /** run answers whether it was done. Without toast, whoever calls shows the failure. */
    async run(...args: A): Promise<boolean> {
      if (act.busy) return false;
      act.busy = true;
      act.failure = undefined;
      try {
        const result = await perform(key, ...args);
        key = newKey();
        await refresh();
        const told = typeof done === 'function' ? done(result) : done;
        if (told) ElMessage.success(told);
        return true;
      } catch (err) {
        const failure = failureOf(err);
        if (!failure.undecided) key = newKey();
        act.failure = failure;
        if (toast) ElMessage.error(failure.message);
        return false;
      } finally {
        act.busy = false;
      }
    },
  });
  return act;
}
