import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test } from 'vitest';
import { useSession, type Me } from '@/session';

beforeEach(() => setActivePinia(createPinia()));

const me = (role: Me['role'], permissions: Me['permissions']): Me => ({ no: '1', name: 'Ada', role, brand: '', brand_name: '', permissions, expires_at: 0, totp: false, totp_required: false });

test('pages are opened by who may see them', () => {
  const session = useSession();
  const opened = () => [{ permission: 'orders.read' }, { permission: 'platform' }, {}, { self: true }, { open: true }].map((meta) => !!session.mayOpen(meta));
  session.me = me('viewer', ['orders.read']);
  expect(opened()).toEqual([true, false, true, true, true]);
  session.me = me('administrator', ['platform']); // of no brand: not even what every member of a brand's staff may see
  expect(opened()).toEqual([false, true, false, true, true]);
  session.forget();
  expect(opened()).toEqual([false, false, true, true, true]);
});
