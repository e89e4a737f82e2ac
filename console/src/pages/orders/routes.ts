import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'orders', name: 'orders', component: () => import('./OrdersPage.vue'), meta: { permission: 'orders.read', title: 'orders.title' } },
    { path: 'orders/:no', name: 'orders-one', component: () => import('./OrderPage.vue'), meta: { permission: 'orders.read', title: 'orders.one' } },
  ],
  nav: [{ section: 'orders', order: 1, route: 'orders', words: 'orders.title' }],
} satisfies Area;
