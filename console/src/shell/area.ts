import type { Component } from 'vue';
import type { RouteLocationRaw, RouteRecordRaw } from 'vue-router';
import type { Permission } from '@/session';

/** The sections of the navigation, in their order. */
export const sections = ['overview', 'catalogue', 'orders', 'aftersale', 'marketing', 'customers', 'content', 'money', 'operations', 'platform', 'settings'] as const;
export type Section = (typeof sections)[number];

/** One line of the navigation. It is shown to who may open its route. */
export interface NavItem {
  section: Section;
  /** Within the section; the lowest first. */
  order: number;
  /** Name of the route. */
  route: string;
  /** Key of its words. */
  words: string;
  /** What stands beside them, such as how much waits there. */
  badge?: Component;
}

/**
 * An area is a folder of pages/: what it adds to the console. Routes are children of the shell; their meta tells the
 * permission that one of the roles must have, and the key of the title. `open` is for who is not signed in.
 */
export interface Area {
  routes: RouteRecordRaw[];
  open?: RouteRecordRaw[];
  nav: NavItem[];
  /** Where to begin after signing in, when something of this area comes before all else. */
  first?: () => Promise<RouteLocationRaw | undefined>;
  /** What stands above every page for as long as something of this area is to be done. */
  above?: Component;
}

declare module 'vue-router' {
  interface RouteMeta {
    permission?: Permission;
    /** Key of the page's title. */
    title?: string;
    /** About nobody but who is signed in: for an administrator of the platform too. */
    self?: boolean;
    /** For who is not signed in. */
    open?: boolean;
  }
}

export const areas: Area[] = Object.values(import.meta.glob<{ default: Area }>('../pages/*/routes.ts', { eager: true })).map((m) => m.default);
