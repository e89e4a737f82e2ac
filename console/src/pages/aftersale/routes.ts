import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'after-sales', name: 'aftersales', component: () => import('./AftersalesPage.vue'), meta: { permission: 'aftersale.read', title: 'aftersale.title' } },
    { path: 'after-sales/:no', name: 'aftersales-one', component: () => import('./AftersalePage.vue'), meta: { permission: 'aftersale.read', title: 'aftersale.one' } },
  ],
  nav: [{ section: 'aftersale', order: 1, route: 'aftersales', words: 'aftersale.cases' }],
} satisfies Area;
