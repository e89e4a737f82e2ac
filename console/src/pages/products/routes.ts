import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'products', name: 'products', component: () => import('./ProductsPage.vue'), meta: { permission: 'catalogue.read', title: 'products.title' } },
    { path: 'products/new', name: 'products-new', component: () => import('./ProductPage.vue'), meta: { permission: 'catalogue.write', title: 'products.new' } },
    { path: 'products/of/:handle', name: 'products-one', component: () => import('./ProductPage.vue'), meta: { permission: 'catalogue.read', title: 'products.one' } },
    { path: 'categories', name: 'categories', component: () => import('./CategoriesPage.vue'), meta: { permission: 'catalogue.read', title: 'categories.title' } },
  ],
  nav: [
    { section: 'catalogue', order: 1, route: 'products', words: 'products.title' },
    { section: 'catalogue', order: 2, route: 'categories', words: 'categories.title' },
  ],
} satisfies Area;
