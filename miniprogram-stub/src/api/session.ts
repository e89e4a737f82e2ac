import { brand, server } from '@platform/place';
import { login } from '@platform/wechat';
import { kept } from '@/shop/kept';
import { send } from './call';
import type { components } from './schema';

type Session = components['schemas']['IdentitySession'];

/** So long before its end a session is renewed, in milliseconds. */
const margin = 60_000;

const session = kept<Pick<Session, 'token' | 'expires_at'> | null>('session', null);
let signingIn: Promise<string> | undefined;

/** The token of whoever holds the phone. It signs in when needed; calls at the same time wait for one sign-in. */
export function token(): Promise<string> {
  const s = session.value;
  if (s && s.expires_at - margin > Date.now()) return Promise.resolve(s.token);
  signingIn ??= signIn().finally(() => { signingIn = undefined; });
  return signingIn;
}

/** Forgets a token that is good no more. */
export function forget() {
  session.value = null;
}

async function signIn() {
  const code = await login();
  const { token, expires_at } = await send('post', `${server}/v1/${encodeURIComponent(brand)}/session`, undefined, { body: { code } }) as Session;
  session.value = { token, expires_at };
  return token;
}
