import type { Area } from '@/shell/area';
import SetupStrip from './SetupStrip.vue';
import { setupFirst } from './setup';

const read = { permission: 'settings.read' } as const;

export default {
  routes: [
    { path: 'settings/setup', name: 'settings-setup', component: () => import('./SetupPage.vue'), meta: { ...read, title: 'settings.setup.title' } },
    { path: 'settings/profile', name: 'settings-profile', component: () => import('./ProfilePage.vue'), meta: { ...read, title: 'settings.profile.title' } },
    { path: 'settings/freight', name: 'settings-freight', component: () => import('./FreightsPage.vue'), meta: { ...read, title: 'settings.freight.title' } },
    { path: 'settings/freight/:id', name: 'settings-freight-one', component: () => import('./FreightPage.vue'), meta: { ...read, title: 'settings.freight.one' } },
    { path: 'settings/after-sale', name: 'settings-aftersale', component: () => import('./AfterSalePage.vue'), meta: { ...read, title: 'settings.aftersale.title' } },
    { path: 'settings/messages', name: 'settings-messages', component: () => import('./MessagesPage.vue'), meta: { ...read, title: 'settings.messages.title' } },
    { path: 'settings/credentials', name: 'settings-credentials', component: () => import('./CredentialsPage.vue'), meta: { ...read, title: 'settings.credentials.title' } },
  ],
  nav: [
    { section: 'settings', order: 1, route: 'settings-setup', words: 'settings.setup.title' },
    { section: 'settings', order: 2, route: 'settings-profile', words: 'settings.profile.title' },
    { section: 'settings', order: 3, route: 'settings-credentials', words: 'settings.credentials.title' },
    { section: 'settings', order: 4, route: 'settings-freight', words: 'settings.freight.title' },
    { section: 'settings', order: 5, route: 'settings-aftersale', words: 'settings.aftersale.title' },
    { section: 'settings', order: 6, route: 'settings-messages', words: 'settings.messages.title' },
  ],
  first: setupFirst,
  above: SetupStrip,
} satisfies Area;
