import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'group-campaigns', name: 'groups', component: () => import('./CampaignsPage.vue'), meta: { permission: 'groups.read', title: 'groups.title' } },
    { path: 'group-campaigns/new', name: 'groups-new', component: () => import('./CampaignEditor.vue'), meta: { permission: 'groups.write', title: 'groups.new' } },
    { path: 'group-campaigns/:no', name: 'groups-one', component: () => import('./CampaignPage.vue'), meta: { permission: 'groups.read', title: 'groups.one' } },
    { path: 'group-campaigns/:no/edit', name: 'groups-edit', component: () => import('./CampaignEditor.vue'), meta: { permission: 'groups.write', title: 'groups.edit' } },
    { path: 'groups', name: 'groups-live', component: () => import('./LiveGroupsPage.vue'), meta: { permission: 'groups.read', title: 'groups.live.title' } },
    { path: 'groups/:no', name: 'groups-group', component: () => import('./GroupPage.vue'), meta: { permission: 'groups.read', title: 'groups.group' } },
  ],
  nav: [
    { section: 'marketing', order: 1, route: 'groups', words: 'groups.title' },
  ],
} satisfies Area;
