import { defineAsyncComponent } from 'vue';
import type { Area } from '@/shell/area';

export default {
  routes: [{ path: 'stock', name: 'stock', component: () => import('./StockPage.vue'), meta: { permission: 'stock.read', title: 'stock.title' } }],
  nav: [{ section: 'catalogue', order: 6, route: 'stock', words: 'stock.title', badge: defineAsyncComponent(() => import('./ScarceBadge.vue')) }],
} satisfies Area;
