import type { Area } from '@/shell/area';

export default {
  routes: [{ path: 'account', name: 'account', component: () => import('./AccountPage.vue'), meta: { self: true, title: 'account.title' } }],
  nav: [],
} satisfies Area;
