import { login } from '@platform/wechat';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { call } from '@/api/call';
import { Failure } from '@/api/failure';
import { newKey } from '@/api/key';
import { forget } from '@/api/session';
import { requests, server } from './uni';

const session = (token: string) => ({ statusCode: 200, data: { token, expires_at: Date.now() + 3_600_000, user: {} } });
const problem = (status: number, code: string, more = {}) => ({ statusCode: status, data: { code, status, title: 'T', detail: 'D', ...more } });

beforeEach(() => {
  forget();
  vi.mocked(login).mockClear();
});

describe('call', () => {
  it('reads the catalogue without signing in', async () => {
    server.answer = () => ({ statusCode: 200, data: { items: [] } });
    await call('get', '/products', { query: { category: '皮具', in_stock: false, sort: undefined, limit: 20 } });
    expect(requests.map((r) => [r.method, r.url, r.header.Authorization, r.header['Accept-Language']]))
      .toEqual([['GET', 'https://shop.test/v1/casa-lido/products?category=%E7%9A%AE%E5%85%B7&limit=20', undefined, 'en']]);
    expect(login).not.toHaveBeenCalled();
  });

  it('signs in once for calls at the same time', async () => {
    server.answer = (r) => (r.url.endsWith('/session') ? session('one') : { statusCode: 200, data: {} });
    await Promise.all([call('get', '/cart'), call('get', '/me'), call('get', '/addresses')]);
    expect(login).toHaveBeenCalledTimes(1);
    expect(requests.filter((r) => !r.url.endsWith('/session')).map((r) => r.header.Authorization)).toEqual(Array(3).fill('Bearer one'));
  });

  it('signs in again when the session has ended, and tries once more with the same key', async () => {
    let signed = 0;
    server.answer = (r) => {
      if (r.url.endsWith('/session')) return session(`token ${++signed}`);
      return r.header.Authorization === 'Bearer token 2' ? { statusCode: 200, data: { pieces: 1 } } : problem(401, 'session_expired');
    };
    const key = newKey();
    await expect(call('post', '/cart/lines', { body: { sku: 'S', quantity: 1 }, key })).resolves.toEqual({ pieces: 1 });
    expect(requests.filter((r) => r.url.endsWith('/cart/lines')).map((r) => r.header['Idempotency-Key'])).toEqual([key, key]);
  });

  it('gives up when a new session is refused as well', async () => {
    server.answer = (r) => (r.url.endsWith('/session') ? session('bad') : problem(401, 'unauthorized'));
    await expect(call('get', '/cart')).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    expect(login).toHaveBeenCalledTimes(2);
  });

  it('renews a session before it ends', async () => {
    server.answer = (r) => (r.url.endsWith('/session')
      ? { statusCode: 200, data: { token: 'short', expires_at: Date.now() + 30_000 } } : { statusCode: 200, data: {} });
    await call('get', '/me');
    await call('get', '/me');
    expect(login).toHaveBeenCalledTimes(2);
  });

  it('sends a PATCH as WeChat can: a POST that says so', async () => {
    server.answer = (r) => (r.url.endsWith('/session') ? session('one') : { statusCode: 200, data: {} });
    await call('patch', '/cart/lines/{sku}', { params: { sku: 'a/b' }, body: { quantity: 2 } });
    const r = requests.at(-1)!;
    expect([r.method, r.url, r.header['X-HTTP-Method-Override']]).toEqual(['POST', 'https://shop.test/v1/casa-lido/cart/lines/a%2Fb', 'PATCH']);
  });

  it('tells what is wrong with each field', async () => {
    server.answer = (r) => (r.url.endsWith('/session') ? session('one')
      : problem(400, 'required', { errors: [{ field: 'name', code: 'required', detail: 'needed' }] }));
    const failure = await call('get', '/me').catch((err: Failure) => err) as Failure;
    expect([failure.message, failure.at('name'), failure.at('phone')]).toEqual(['D', 'needed', undefined]);
  });

  it('tells a lost connection and an answer that is no problem document', async () => {
    server.answer = () => undefined;
    await expect(call('get', '/products')).rejects.toMatchObject({ status: 0, code: 'offline' });
    server.answer = () => ({ statusCode: 502, data: '<html>' });
    await expect(call('get', '/products')).rejects.toMatchObject({ status: 502, code: 'unavailable' });
  });
});

describe('newKey', () => {
  it('makes keys that the server takes, and no two the same', () => {
    const keys = Array.from({ length: 1000 }, newKey);
    expect(new Set(keys).size).toBe(1000);
    for (const k of keys) expect(k).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  });
});
