import type { Area } from '@/shell/area';

export default {
  routes: [
    { path: 'group-campaigns', name: 'groups', component: () => import('./CampaignsPage.vue'), meta: { permission: 'groups.read', title: 'groups.title' } },
    { path: 'group-campaigns/new', name: 'groups-new', component: () => import('./CampaignEditor.vue'), meta: { permission: 'groups.write', title: 'groups.new' } },
    { path: 'group-campaigns/:no', name: 'groups-one', component: () => import('./CampaignPage.vue'), meta: { permission: 'groups.read', title: 'groups.one' } },
    { path: 'group-campaigns/:no/edit', name: 'groups-edit', component: () => import('./CampaignEditor.vue'), meta: { permission: 'groups.write', title: 'groups.edit' } },
    { path: 'groups', name: 'groups-live', component: () => import('./LiveGroupsPage.vue'), meta: { permission: 'groups.read', title: 'groups.live.title' } },
    { path: 'groups/:no', name: 'groups-group', component: () => import('./GroupPage.vue'), meta: { permission: 'groups.read', title: 'groups.group' } },
    { path: 'promotions', name: 'promotions', component: () => import('./PromotionsPage.vue'), meta: { permission: 'promotions.read', title: 'promotions.title' } },
    { path: 'promotions/new', name: 'promotions-new', component: () => import('./PromotionEditor.vue'), meta: { permission: 'promotions.write', title: 'promotions.new' } },
    { path: 'promotions/flash-sale', name: 'promotions-flash', component: () => import('./PromotionEditor.vue'), meta: { permission: 'promotions.write', title: 'promotions.flash.new' } },
    { path: 'promotions/:no', name: 'promotions-one', component: () => import('./PromotionPage.vue'), meta: { permission: 'promotions.read', title: 'promotions.one' } },
    { path: 'promotions/:no/edit', name: 'promotions-edit', component: () => import('./PromotionEditor.vue'), meta: { permission: 'promotions.write', title: 'promotions.edit' } },
    { path: 'coupons', name: 'coupons', component: () => import('./CouponsPage.vue'), meta: { permission: 'promotions.read', title: 'coupons.title' } },
    { path: 'coupons/new', name: 'coupons-new', component: () => import('./CouponEditor.vue'), meta: { permission: 'promotions.write', title: 'coupons.new' } },
    { path: 'coupons/:no', name: 'coupons-one', component: () => import('./CouponPage.vue'), meta: { permission: 'promotions.read', title: 'coupons.one' } },
    { path: 'coupons/:no/edit', name: 'coupons-edit', component: () => import('./CouponEditor.vue'), meta: { permission: 'promotions.write', title: 'coupons.edit' } },
  ],
  nav: [
    { section: 'marketing', order: 1, route: 'groups', words: 'groups.title' },
    { section: 'marketing', order: 2, route: 'promotions', words: 'promotions.title' },
    { section: 'marketing', order: 3, route: 'coupons', words: 'coupons.title' },
  ],
} satisfies Area;
