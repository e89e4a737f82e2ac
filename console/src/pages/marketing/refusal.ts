import { Failure } from '@/api/failure';
import { t } from '@/words';

/** refuse is what a form says of its own fields before it asks the server, in the server's shape; without any it does nothing. */
export function refuse(fields: Record<string, string | false | undefined>) {
  const errors = Object.entries(fields).filter(([, words]) => words).map(([field, detail]) => ({ field, detail: detail as string, code: 'invalid' }));
  if (!errors.length) return;
  throw new Failure(422, 'invalid', t('marketing.lookAtFields'), { code: 'invalid', status: 422, title: t('marketing.lookAtFields'), errors } as never);
}
