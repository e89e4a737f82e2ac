import { brand } from '@platform/place';
import { go } from '@/shop/go';
import { labelFields } from './labels.h5';

/** What a page in a browser needs before it is drawn. */
export function start() {
  // The addresses of a shop begin with its name; the same build serves them all.
  __uniConfig.router.routerBase = `/shop/${encodeURIComponent(brand)}/`;
  document.addEventListener('keydown', press);
  window.addEventListener('message', back);
  labelFields();
}

/** WeChat's phone has the way back in its own bar. */
function back(e: MessageEvent) {
  if (window.parent !== window && e.source === window.parent && e.data?.type === 'wx.navigateBack') go.back();
}

/** Enter and space press whatever is a button, as they do a button of HTML. */
function press(e: KeyboardEvent) {
  const on = e.target as HTMLElement;
  if ((e.key !== 'Enter' && e.key !== ' ') || !/^(button|link|tab|radio|checkbox|switch)$/.test(on.getAttribute?.('role') ?? '')) return;
  e.preventDefault();
  on.click();
}
