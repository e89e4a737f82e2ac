import { Failure } from '@/api/failure';

/** refuse tells what is wrong with fields before anything is sent, as the server would. Nothing is wrong without words. */
export function refuse(wrong: Record<string, string | undefined | false>) {
  const errors = Object.entries(wrong).filter(([, words]) => words).map(([field, detail]) => ({ field, detail, code: 'invalid' }));
  if (errors.length) throw new Failure(422, 'invalid', String(errors[0].detail), { status: 422, code: 'invalid', title: '', errors } as never);
}
