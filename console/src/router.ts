import { watch } from 'vue';
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import { onSignedOut } from '@/api/call';
import { areas } from '@/shell/area';
import { useSession } from '@/session';
import { language, t } from '@/words';

export const router = createRouter({
  history: createWebHistory('/console/'),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('@/session/SignInPage.vue'), meta: { open: true, title: 'session.signIn' } },
    ...areas.flatMap((a) => a.open ?? []).map((r) => ({ ...r, meta: { ...r.meta, open: true } })),
    {
      path: '/', component: () => import('@/shell/Shell.vue'),
      children: [
        { path: '', name: 'home', component: () => import('@/shell/HomePage.vue') },
        ...areas.flatMap((a) => a.routes),
        { path: ':rest(.*)*', name: 'lost', component: () => import('@/shell/LostPage.vue'), meta: { title: 'shell.lost.title' } },
      ],
    },
  ],
});

/** Back here once somebody has signed in; only places of our own. */
export function placeAfter(to: RouteLocationNormalized) {
  const asked = to.query.to;
  return typeof asked === 'string' && /^\/(?![/\\])/.test(asked) ? asked : '/';
}

router.beforeEach(async (to) => {
  const session = useSession();
  if (!session.me) {
    try {
      await session.recall();
    } catch { /* the sign-in page says what is wrong once one tries */ }
  }
  if (to.meta.open) return to.name === 'sign-in' && session.me ? placeAfter(to) : true;
  return session.me ? true : { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath }, replace: true };
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
