import { t } from '@/words';
import type { components } from './schema';

/** Of an order that is refused because it costs something else by now, the new quote is there too. */
type Problem = components['schemas']['Problem'] & Pick<components['schemas']['priceProblem'], 'quote'>;

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
    const problem = body as Partial<Problem> | null;
    if (typeof problem?.code !== 'string') return new Failure(status, 'unavailable', t('failure.server'));
    return new Failure(status, problem.code, problem.detail ?? problem.title ?? t('failure.server'), problem as Problem);
  }

  static unreachable() {
    return new Failure(0, 'offline', t('failure.offline'));
  }

  /** What is wrong with an input of a form, if anything. */
  at(field: string) {
    return this.problem?.errors?.find((e) => e.field === field)?.detail;
  }
}

/** failureOf turns whatever was thrown into a Failure. */
export function failureOf(err: unknown) {
  if (err instanceof Failure) return err;
  console.error(err);
  return new Failure(0, 'internal', t('failure.internal'));
}
