import type { Area } from '@/shell/area';

export default {
  routes: [{ path: 'reviews', name: 'reviews', component: () => import('./ReviewsPage.vue'), meta: { permission: 'reviews.read', title: 'reviews.title' } }],
  nav: [{ section: 'customers', order: 5, route: 'reviews', words: 'reviews.title' }],
} satisfies Area;
