import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'customers', name: 'customers', component: () => import('./CustomersPage.vue'), meta: { permission: 'customers.read', title: 'customers.title' } },
    { path: 'customers/:no', name: 'customers-one', component: () => import('./CustomerPage.vue'), meta: { permission: 'customers.read', title: 'customers.one' } },
    { path: 'member-levels', name: 'levels', component: () => import('./LevelsPage.vue'), meta: { permission: 'customers.read', title: 'customers.levels.title' } },
    { path: 'segments', name: 'segments', component: () => import('./SegmentsPage.vue'), meta: { permission: 'customers.read', title: 'customers.segments.title' } },
    { path: 'segments/:no', name: 'segments-one', component: () => import('./SegmentPage.vue'), meta: { permission: 'customers.read', title: 'customers.segments.one' } },
  ],
  nav: [
    { section: 'customers', order: 1, route: 'customers', words: 'customers.title' },
    { section: 'customers', order: 2, route: 'segments', words: 'customers.segments.title' },
    { section: 'customers', order: 3, route: 'levels', words: 'customers.levels.title' },
  ],
} satisfies Area;
