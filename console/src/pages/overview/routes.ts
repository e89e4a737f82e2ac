import type { Area } from '@/shell/area';

export default {
  routes: [{ path: 'overview', name: 'overview', component: () => import('./OverviewPage.vue'), meta: { permission: 'orders.read', title: 'overview.title' } }],
  nav: [{ section: 'overview', order: 1, route: 'overview', words: 'overview.title' }],
} satisfies Area;
