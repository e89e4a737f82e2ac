import { api, got } from '@/api/call';
import type { Me } from '.';

export interface SignIn { brand: string; email: string; password: string; code?: string }

/** signIn begins a session; its cookie comes with the answer. */
export function signIn(body: SignIn) {
  return got(api.POST('/console/v1/session' as never, { body } as never) as never) as Promise<Me>;
}

export function signOut() {
  return got(api.DELETE('/console/v1/session' as never, {} as never) as never);
}
