import createClient, { type Middleware } from 'openapi-fetch';
import { language } from '@/words';
import { Failure } from './failure';
import type { components, paths } from './schema';

/** The shapes of the API. */
export type Schemas = components['schemas'];

/** What is told of each answer that says nobody is signed in; the session listens. */
let signedOut = () => {};
export function onSignedOut(act: () => void) {
  signedOut = act;
}

/** What is told of each answer that asks for a second factor first: the brand has come to want it. */
let factorAsked = () => {};
export function onFactorAsked(act: () => void) {
  factorAsked = act;
}

const ours: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language());
    return request;
  },
};

/** The API, typed by its own description. Wrap a call in `got`. */
export const api = createClient<paths>({ baseUrl: '', fetch: (request) => window.fetch(request) });
api.use(ours);

/** What tells that nobody is signed in any more; signing in has refusals of its own. */
const ended = ['unauthorized', 'session_expired'];

interface Answer<T> { data?: T; error?: unknown; response: Response }

/** tellSession tells it when a failure says that nobody is signed in any more, or that a second factor comes first. */
export function tellSession(failure: Failure) {
  if (failure.status === 401 && ended.includes(failure.code)) signedOut();
  if (failure.code === 'totp_required') factorAsked();
}

/** got is the body of an answer, or throws a Failure. */
export async function got<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (err) {
    if (err instanceof DOMException && err.name === 'AbortError') throw err;
    throw Failure.unreachable();
  }
  if (!answer.response.ok) {
    const failure = Failure.answered(answer.response.status, answer.error);
    tellSession(failure);
    throw failure;
  }
  return answer.data as T;
}
