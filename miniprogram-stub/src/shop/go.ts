import type { Word } from '@/words';

const query = (of: Record<string, string | number | undefined>) => Object.entries(of)
  .filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&');

const to = (path: string, of: Record<string, string | number | undefined> = {}) => {
  uni.navigateTo({ url: `/${path}${Object.keys(of).length ? `?${query(of)}` : ''}` });
};

/** The ways from page to page. */
export const go = {
  home: () => uni.switchTab({ url: '/pages/home/home' }),
  categories: () => uni.switchTab({ url: '/pages/categories/categories' }),
  cart: () => uni.switchTab({ url: '/pages/cart/cart' }),
  search: (words?: string) => to('pages/search/search', { words }),
  list: (of: { category?: string; tag?: string; title?: string }) => to('pages/list/list', of),
  product: (handle: string) => to('pages/product/product', { handle }),
  page: (slug: string) => to('pages/page/page', { slug }),
  checkout: (of: { sku?: string; quantity?: number; campaign?: string; group?: string; from?: number } = {}) => to('order/checkout/checkout', of),
  addresses: (choosing = false) => to('order/addresses/addresses', choosing ? { choose: 1 } : {}),
  address: (no?: string) => to('order/address/address', { no }),
  orders: (tab?: string) => to('order/orders/orders', { tab }),
  order: (no: string) => to('order/order/order', { no }),
  afterSale: (no: string) => to('aftersale/apply/apply', { no }),
  cases: (order?: string) => to('aftersale/cases/cases', { order }),
  case: (no: string) => to('aftersale/case/case', { no }),
  reviews: (handle: string) => to('review/of/of', { handle }),
  myReviews: () => to('review/mine/mine'),
  review: (no: string, line: number) => to('review/write/write', { no, line }),
  group: (no: string) => to('group/group/group', { no }),
  groups: () => to('group/mine/mine'),
  coupons: () => to('offer/mine/mine'),
  couponCentre: () => to('offer/centre/centre'),
  favourites: () => to('me/favourites/favourites'),
  history: () => to('me/history/history'),
  language: () => to('me/language/language'),
  privacy: () => to('me/privacy/privacy'),
  /** Back, or home when the page was opened by its own address. */
  back: () => (getCurrentPages().length > 1 ? uni.navigateBack() : go.home()),
  /** A link of a banner or a text: product:HANDLE, category:SLUG or page:SLUG. */
  link(link: string) {
    const [kind, name] = link.split(/:(.*)/s);
    if (kind === 'product') go.product(name);
    if (kind === 'category') go.list({ category: name });
    if (kind === 'page') go.page(name);
  },
};

/** Pages with tabs, in their order. */
export const tabs: { path: string; word: Word }[] = [
  { path: 'pages/home/home', word: 'tab.home' },
  { path: 'pages/categories/categories', word: 'tab.categories' },
  { path: 'pages/cart/cart', word: 'tab.cart' },
  { path: 'pages/me/me', word: 'tab.me' },
];
