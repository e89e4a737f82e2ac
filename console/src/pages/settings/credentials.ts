import { ElMessageBox } from 'element-plus';
import { reactive, ref } from 'vue';
import { useAct } from '@/api/act';
import { api, got, type Schemas } from '@/api/call';
import { Failure } from '@/api/failure';
import { t } from '@/words';

/** replacing asks whether another number is meant, when the present one has been used, and sends it again then. */
export async function replacing<R>(send: (replace: boolean) => Promise<R>): Promise<R> {
  try {
    return await send(false);
  } catch (err) {
    if (!(err instanceof Failure) || err.code !== 'replace_unconfirmed') throw err;
    try {
      await ElMessageBox.confirm(err.message, t('settings.credentials.replaceTitle'), { confirmButtonText: t('settings.credentials.replaceConfirm'), cancelButtonText: t('common.cancel') });
    } catch {
      throw err;
    }
    return send(true);
  }
}

/** useTry tries what is written before it is saved. What is wrong with a field is told at it. */
export function useTry(attempt: () => Schemas['BrandAttempt'], part: 'mini_program' | 'merchant') {
  const found = ref<Schemas['checksView']>();
  const errors = reactive<Record<string, string>>({});
  const act = useAct(async () => {
    for (const at of Object.keys(errors)) delete errors[at];
    try {
      found.value = await got(api.POST('/console/v1/credentials/check', { body: attempt() }));
    } catch (err) {
      found.value = undefined;
      if (err instanceof Failure) for (const [field, words] of Object.entries(err.byField)) errors[field.replace(new RegExp(`^${part}\\.`), '')] = words;
      if (!Object.keys(errors).length) throw err;
    }
  });
  return { act, found, errors };
}
