import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { RouteMeta } from 'vue-router';
import { api, got, type Schemas } from '@/api/call';
import { Failure } from '@/api/failure';
import { queries } from '@/api/queries';

export type Me = Schemas['meView'];
export type Permission = Me['permissions'][number];

const keptBrand = 'hutong.brand';

/** useSession is who is signed in. The session itself is a cookie that no script can read. */
export const useSession = defineStore('session', () => {
  const me = ref<Me>();
  const permissions = computed(() => new Set<string>(me.value?.permissions ?? []));

  /** may tells whether the person who is signed in may do something; the server decides again. */
  function may(permission: Permission | undefined) {
    return permission === undefined || permissions.value.has(permission);
  }

  /** mayOpen tells whether a page is for them. An administrator of the platform sees that alone, and what is their own. */
  function mayOpen({ permission, self, open }: RouteMeta) {
    return open || self || (permission === undefined ? me.value?.role !== 'administrator' : may(permission));
  }

  /** recall finds out who is signed in, from what the browser kept: nobody is no error. */
  async function recall() {
    try {
      me.value = await got(api.GET('/console/v1/me'));
    } catch (err) {
      if (!(err instanceof Failure) || err.status !== 401) throw err;
      me.value = undefined;
    }
    return me.value;
  }

  function begin(who: Me) {
    me.value = who;
    queries.clear();
    if (who.brand) localStorage.setItem(keptBrand, who.brand);
  }

  function forget() {
    me.value = undefined;
    queries.clear();
  }

  return { me, may, mayOpen, recall, begin, forget };
});

/** The brand of the last sign-in here. */
export const lastBrand = () => localStorage.getItem(keptBrand) ?? '';
