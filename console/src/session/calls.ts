import { api, got, type Schemas } from '@/api/call';

export type SignIn = Schemas['StaffSignIn'];

/** signIn begins a session; its cookie comes with the answer. */
export function signIn(body: SignIn) {
  return got(api.POST('/console/v1/session', { body }));
}

export function signOut() {
  return got(api.DELETE('/console/v1/session'));
}
