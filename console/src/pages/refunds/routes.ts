import type { Area } from '@/shell/area';

export default {
  routes: [{ path: 'refunds', name: 'refunds', component: () => import('./RefundsPage.vue'), meta: { permission: 'refunds.read', title: 'refunds.title' } }],
  nav: [{ section: 'aftersale', order: 2, route: 'refunds', words: 'refunds.title' }],
} satisfies Area;
