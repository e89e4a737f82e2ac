import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'orders', name: 'orders', component: () => import('./OrdersPage.vue'), meta: { permission: 'orders.read', title: 'orders.title' } },
    { path: 'orders/waybills', name: 'orders-waybills', component: () => import('./WaybillsPage.vue'), meta: { permission: 'orders.ship', title: 'waybills.title' } },
    { path: 'orders/packing', name: 'orders-packing', component: () => import('./PackingPage.vue'), meta: { permission: 'customers.phone', title: 'waybills.packing.title' } },
    { path: 'orders/:no', name: 'orders-one', component: () => import('./OrderPage.vue'), meta: { permission: 'orders.read', title: 'orders.one' } },
  ],
  nav: [{ section: 'orders', order: 1, route: 'orders', words: 'orders.title' }],
} satisfies Area;
