import { nextTick } from 'vue';

/** Makes uni-app's tab bar one for the keyboard and for whoever does not see it. */
export function drawTabs() {
  nextTick(() => {
    const bar = document.querySelector('.uni-tabbar');
    bar?.setAttribute('role', 'navigation');
    bar?.querySelectorAll('.uni-tabbar__item').forEach((item) => {
      item.setAttribute('role', 'link');
      item.setAttribute('tabindex', '0');
      item.querySelector('img')?.setAttribute('alt', '');
    });
  });
}
