import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'staff', name: 'staff', component: () => import('./StaffPage.vue'), meta: { permission: 'staff.manage', title: 'staff.title' } },
    { path: 'permissions', name: 'permissions', component: () => import('./PermissionsPage.vue'), meta: { title: 'staff.table.title' } },
  ],
  nav: [
    { section: 'settings', order: 80, route: 'staff', words: 'staff.title' },
    { section: 'settings', order: 81, route: 'permissions', words: 'staff.table.title' },
  ],
} satisfies Area;
