import { computed, ref } from 'vue';
import type { RouteLocationRaw } from 'vue-router';
import { api, got, type Schemas } from '@/api/call';
import { useSession, type Permission } from '@/session';

export type Step = Schemas['BrandStep'];

<<<<<<< HEAD
=======
const key = () => `hutong.setup.${useSession().me?.brand ?? ''}`;

const put = ref(0);
/** Somebody may put the list away before all is done; it stays in the navigation. */
export const away = computed(() => put.value >= 0 && localStorage.getItem(key()) === 'away');
export function putAway() {
  localStorage.setItem(key(), 'away');
  put.value++;
}

>>>>>>> main
/** Where each step is done, and what one may do there. */
export const places: Record<string, { to: RouteLocationRaw; permission: string }> = {
  profile: { to: { name: 'settings-profile' }, permission: 'settings.write' },
  mini_program: { to: { name: 'settings-credentials' }, permission: 'credentials.write' },
  merchant: { to: { name: 'settings-credentials' }, permission: 'credentials.write' },
  message_push: { to: { name: 'settings-credentials' }, permission: 'credentials.write' },
  return_place: { to: { name: 'settings-aftersale' }, permission: 'settings.write' },
  freight: { to: { name: 'settings-freight' }, permission: 'settings.write' },
  messages: { to: { name: 'settings-messages' }, permission: 'settings.write' },
  home_page: { to: { name: 'content-home' }, permission: 'content.write' },
  product: { to: '/products', permission: 'catalogue.write' },
  opening: { to: { name: 'settings-profile', hash: '#opening' }, permission: 'settings.write' },
};

<<<<<<< HEAD
/** setupFirst is the first page after signing in while the shop cannot sell yet, until somebody puts it away for themselves. */
export async function setupFirst(): Promise<RouteLocationRaw | undefined> {
  if (!useSession().may('settings.read')) return undefined;
=======
/** nextOf is what is best done next: first of all what selling needs. */
export const nextOf = (steps: Step[] = []) => steps.find((s) => !s.done && s.needed) ?? steps.find((s) => !s.done);

/** placeOf is where a step is done by whoever is signed in, if there. */
export function placeOf(s: Step) {
  const place = places[s.step];
  return place && useSession().may(place.permission as Permission) ? place.to : undefined;
}

/** setupFirst is the first page after signing in while the shop cannot sell yet. */
export async function setupFirst(): Promise<RouteLocationRaw | undefined> {
  if (!useSession().may('settings.read') || away.value) return undefined;
>>>>>>> main
  try {
    const setup = await got(api.GET('/console/v1/setup'));
    return setup.ready || setup.away ? undefined : { name: 'settings-setup' };
  } catch {
    return undefined; // the page that is shown instead tells what is wrong
  }
}
