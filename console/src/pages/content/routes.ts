import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'content/home', name: 'content-home', component: () => import('./EditorPage.vue'), meta: { permission: 'content.read', title: 'content.home' } },
    { path: 'content/pages', name: 'content-pages', component: () => import('./PagesPage.vue'), meta: { permission: 'content.read', title: 'content.pages.title' } },
    { path: 'content/pages/:slug', name: 'content-pages-one', component: () => import('./EditorPage.vue'), meta: { permission: 'content.read', title: 'content.page' } },
  ],
  nav: [
    { section: 'content', order: 1, route: 'content-home', words: 'content.home' },
    { section: 'content', order: 2, route: 'content-pages', words: 'content.pages.title' },
  ],
} satisfies Area;
