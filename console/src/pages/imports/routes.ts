import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'imports', name: 'imports', component: () => import('./ImportsPage.vue'), meta: { permission: 'catalogue.read', title: 'imports.title' } },
    { path: 'imports/new', name: 'imports-new', component: () => import('./NewImportPage.vue'), meta: { permission: 'catalogue.write', title: 'imports.start.title' } },
    { path: 'imports/of/:no', name: 'imports-one', component: () => import('./ImportPage.vue'), meta: { permission: 'catalogue.read', title: 'imports.one' } },
  ],
  nav: [{ section: 'catalogue', order: 8, route: 'imports', words: 'imports.title' }],
} satisfies Area;
