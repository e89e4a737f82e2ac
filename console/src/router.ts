import { watch } from 'vue';
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import { onFactorAsked, onSignedOut } from '@/api/call';
import { areas } from '@/shell/area';
import { useSession } from '@/session';
import { language, t } from '@/words';

export const router = createRouter({
  history: createWebHistory('/console/'),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  routes: [
    { path: '/second-factor', name: 'second-factor', component: () => import('@/session/SecondFactorPage.vue'), meta: { self: true, title: 'session.factor.title' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('@/session/SignInPage.vue'), meta: { open: true, title: 'session.signIn' } },
    { path: '/invitation', name: 'invitation', component: () => import('@/session/InvitationPage.vue'), meta: { open: true, title: 'session.link.title' } },
    ...areas.flatMap((a) => a.open ?? []).map((r) => ({ ...r, meta: { ...r.meta, open: true } })),
    {
      path: '/', component: () => import('@/shell/Shell.vue'),
      children: [
        { path: '', name: 'home', component: () => import('@/shell/HomePage.vue'), meta: { self: true } },
        ...areas.flatMap((a) => a.routes),
        { path: ':rest(.*)*', name: 'lost', component: () => import('@/shell/LostPage.vue'), meta: { self: true, title: 'shell.lost.title' } },
      ],
    },
  ],
});

/** Back here once somebody has signed in; only places of our own, and such as they may see. */
export function placeAfter(to: RouteLocationNormalized) {
  const asked = to.query.to;
  if (typeof asked !== 'string' || !/^\/(?![/\\])/.test(asked)) return '/';
  return useSession().mayOpen(router.resolve(asked).meta) ? asked : '/';
}

router.beforeEach(async (to) => {
  const session = useSession();
  if (!session.me) {
    try {
      await session.recall();
    } catch { /* the sign-in page says what is wrong once one tries */ }
  }
  const back = to.fullPath === '/' ? {} : { to: to.fullPath };
  if (to.meta.open) return to.name === 'sign-in' && session.me ? placeAfter(to) : true;
  if (!session.me) return { name: 'sign-in', query: back, replace: true };
  // Whoever is asked for a second factor may do nothing else: it is the way in, not a page that is forbidden.
  if (session.me.totp_required) return to.name === 'second-factor' ? true : { name: 'second-factor', query: back, replace: true };
  return to.name === 'second-factor' ? placeAfter(to) : true;
});

const entitle = () => {
  const title = router.currentRoute.value.meta.title;
  document.title = title ? `${t(title)} · Hutong` : 'Hutong';
};
router.afterEach(entitle);
watch(language, entitle);

onSignedOut(() => {
  const session = useSession();
  const from = router.currentRoute.value;
  if (!session.me || from.meta.open) return;
  session.forget();
  void router.replace({ name: 'sign-in', query: { to: from.fullPath, ended: '1' } });
});

onFactorAsked(() => {
  const session = useSession();
  const from = router.currentRoute.value;
  if (!session.me || from.name === 'second-factor' || from.meta.open) return;
  session.me = { ...session.me, totp_required: true };
  void router.replace({ name: 'second-factor', query: { to: from.fullPath } });
});
