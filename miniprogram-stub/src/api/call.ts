import { brand, server } from '@platform/place';
import { language } from '@/words';
import { Failure, failureOf } from './failure';
import type { paths } from './schema';
import { forget, token } from './session';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What the API has below /v1/{brand}. */
type Routes = { [P in keyof paths as P extends `/v1/{brand}${infer R}` ? R : never]: paths[P] };
type RouteOf<M extends Method> = { [R in keyof Routes]: Routes[R] extends Record<M, object> ? R : never }[keyof Routes];
type Operation<R, M> = R extends keyof Routes ? M extends keyof Routes[R] ? Routes[R][M] : never : never;
type Content<T> = T extends { content: { 'application/json': infer B } } ? B : undefined;
type Success<S> = S extends { 200: infer A } ? Content<A> : S extends { 201: infer A } ? Content<A> : undefined;

/** What an endpoint answers. */
export type Answer<R, M extends Method = 'get'> = Operation<R, M> extends { responses: infer S } ? Success<S> : never;
/** What an endpoint wants in the body. */
export type Body<R, M extends Method> = Operation<R, M> extends { requestBody: infer B } ? Content<B> : never;
type Query<R, M> = Operation<R, M> extends { parameters: { query?: infer Q } } ? Q : never;
type Parameters<R, M> = Operation<R, M> extends { parameters: { path: infer P } } ? Omit<P, 'brand'> : never;

interface Input<R, M extends Method> {
  params?: Parameters<R, M>;
  query?: Query<R, M>;
  body?: Body<R, M>;
  /** Asks again and again: what did not change since is not sent. */
  fresh?: boolean;
  /** To look at what is not published. */
  leave?: string;
  /** Makes a repeated request one request. */
  key?: string;
}

/**
 * Calls an endpoint. It signs in first where that is needed, and again when the session has ended. It throws a
 * Failure, never anything else.
 */
export async function call<M extends Method, R extends RouteOf<M>>(method: M, route: R, input: Input<R, M> = {}): Promise<Answer<R, M>> {
  const url = urlOf(route as string, input as { params?: object; query?: object });
  const act = (bearer?: string) => send(method, url, bearer, input) as Promise<Answer<R, M>>;
  return isOpen(method, route as string) ? act().catch((err) => { throw failureOf(err); }) : signedIn(act);
}

/** Does something as whoever holds the phone, and once more when the session has ended. It throws a Failure. */
export async function signedIn<T>(act: (bearer: string) => Promise<T>): Promise<T> {
  for (let again = false; ; again = true) {
    try {
      return await act(await token());
    } catch (err) {
      const failure = failureOf(err);
      if (failure.status !== 401 || again) throw failure;
      forget();
    }
  }
}

/** What anybody may read, without signing in. */
function isOpen(method: Method, route: string) {
  return method === 'get' && /^($|\/(pages|previews|categories|products|search|flash-sales|group-campaigns)(\/|$)|\/groups\/\{no\}$)/.test(route);
}

function urlOf(route: string, { params, query }: { params?: object; query?: object }) {
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent((params as Record<string, string>)[name]));
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '' && value !== false)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((v) => `${name}=${encodeURIComponent(String(v))}`));
  return `${server}/v1/${encodeURIComponent(brand)}${path}${pairs.length ? `?${pairs.join('&')}` : ''}`;
}

/** The last answers of what is asked for again and again. */
const copies = new Map<string, { tag: string; data: unknown }>();
const mostCopies = 8;

function keep(url: string, header: Record<string, string>, data: unknown) {
  const tag = Object.entries(header ?? {}).find(([name]) => name.toLowerCase() === 'etag')?.[1];
  if (!tag) return;
  copies.delete(url);
  copies.set(url, { tag, data });
  if (copies.size > mostCopies) copies.delete(copies.keys().next().value!);
}

/** One request. */
export function send(method: Method, url: string, bearer: string | undefined, { body, key, fresh, leave }: { body?: unknown; key?: string; fresh?: boolean; leave?: string }) {
  const header: Record<string, string> = { 'Accept-Language': language.value };
  if (bearer) header.Authorization = `Bearer ${bearer}`;
  if (leave) header['Hutong-Preview'] = leave;
  if (key) header['Idempotency-Key'] = key;
  const had = fresh ? copies.get(url + language.value) : undefined;
  if (had) header['If-None-Match'] = had.tag;
  if (body !== undefined) header['Content-Type'] = 'application/json';
  // wx.request knows no PATCH.
  if (method === 'patch') header['X-HTTP-Method-Override'] = 'PATCH';
  return new Promise<unknown>((resolve, reject) => {
    uni.request({
      url, header, timeout: 30_000,
      method: (method === 'patch' ? 'POST' : method.toUpperCase()) as 'GET' | 'POST' | 'PUT' | 'DELETE',
      data: body as object | undefined,
      success: ({ statusCode, data, header: answered }) => {
        if (statusCode === 304 && had) return resolve(had.data);
        if (fresh && statusCode === 200) keep(url + language.value, answered as Record<string, string>, data);
        if (statusCode < 300) resolve(data);
        else reject(Failure.answered(statusCode, data));
      },
      fail: () => reject(Failure.unreachable()),
    });
  });
}
