import { Failure } from '@/api/failure';
import { t } from '@/words';

/** refuse says what is wrong with fields before anything is sent, in the server's shape. Nothing is wrong without words. */
export function refuse(fields: Record<string, string | false | undefined>) {
  const errors = Object.entries(fields).filter(([, words]) => words).map(([field, detail]) => ({ field, detail: detail as string, code: 'invalid' }));
  if (!errors.length) return;
  throw new Failure(422, 'invalid', t('common.lookAtFields'), { code: 'invalid', status: 422, title: t('common.lookAtFields'), errors } as never);
}
