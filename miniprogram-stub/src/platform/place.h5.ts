// Where the shop is. On H5 the page's own address says it: /shop/{brand}/…
const [, slug = ''] = /^\/shop\/([^/]+)/.exec(location.pathname) ?? [];

export const server = location.origin;
export const brand = decodeURIComponent(slug);

/** Whether pictures may be asked for at other sites. */
export const asksOthers = false;
