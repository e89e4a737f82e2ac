import type { Area } from '@/shell/area';

export default {
  routes: [{ path: 'platform/brands', name: 'platform', component: () => import('./BrandsPage.vue'), meta: { permission: 'platform', title: 'platform.title' } }],
  nav: [{ section: 'platform', order: 1, route: 'platform', words: 'platform.title' }],
} satisfies Area;
