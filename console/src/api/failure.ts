import { t } from '@/words';
import type { components } from './schema';

type Problem = components['schemas']['Problem'];

/** What went wrong, as it may be shown. */
export class Failure extends Error {
  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** For programs; offline when there was no answer. */
    readonly code: string,
    message: string,
    readonly problem?: Problem,
  ) {
    super(message);
  }

  static answered(status: number, body: unknown) {
    const problem = body as Partial<Problem> | null | undefined;
    if (typeof problem?.code !== 'string') return new Failure(status, 'unavailable', t('common.failure.server'));
    return new Failure(status, problem.code, problem.detail ?? problem.title ?? t('common.failure.server'), problem as Problem);
  }

  static unreachable() {
    return new Failure(0, 'offline', t('common.failure.offline'));
  }

  /** Whether the same may be tried again as it is: nobody has decided about it. */
  get undecided() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }

  /** The code of what is wrong with an input. */
  codeAt(field: string) {
    const p = this.problem;
    return p?.errors ? p.errors.find((e) => e.field === field)?.code : p?.field === field ? p.code : undefined;
  }

  /** What is wrong, by input of a form, such as skus[2].price_fen. */
  get byField(): Record<string, string> {
    const found: Record<string, string> = {};
    const all = this.problem?.errors ?? (this.problem?.field ? [{ field: this.problem.field, detail: this.message }] : []);
    for (const e of all) {
      const field = e.field ?? '';
      if (field && !(field in found)) found[field] = e.detail ?? this.message;
    }
    return found;
  }
}

/** failureOf turns whatever was thrown into a Failure. */
export function failureOf(err: unknown) {
  if (err instanceof Failure) return err;
  console.error(err);
  return new Failure(0, 'internal', t('common.failure.internal'));
}
