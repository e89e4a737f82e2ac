import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'jobs', name: 'jobs', component: () => import('./JobsPage.vue'), meta: { permission: 'jobs.read', title: 'operations.jobs.title' } },
    { path: 'callbacks', name: 'callbacks', component: () => import('./CallbacksPage.vue'), meta: { permission: 'callbacks.read', title: 'operations.callbacks.title' } },
    { path: 'audit-log', name: 'audit', component: () => import('./AuditPage.vue'), meta: { permission: 'audit.read', title: 'operations.audit.title' } },
  ],
  nav: [
    { section: 'operations', order: 1, route: 'jobs', words: 'operations.jobs.title' },
    { section: 'operations', order: 2, route: 'callbacks', words: 'operations.callbacks.title' },
    { section: 'operations', order: 3, route: 'audit', words: 'operations.audit.title' },
  ],
} satisfies Area;
