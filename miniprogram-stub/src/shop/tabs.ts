import { drawTabs } from '@platform/tabs';
import { t } from '@/words';
import { badge } from './cart';
import { tabs } from './go';

/** Writes what stands in the tab bar, in the language that is spoken. */
export function nameTabs() {
  tabs.forEach(({ word }, index) => uni.setTabBarItem({ index, text: t(word), fail: () => {} }));
  badge();
  drawTabs();
}
