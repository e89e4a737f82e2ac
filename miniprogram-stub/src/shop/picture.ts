import { asksOthers, server } from '@platform/place';

/**
 * The address of a picture; one that begins with / is on the shop's server, and one that was just chosen is here. A
 * browser asks no other site for one: its page may not, and the place of the picture stays empty.
 */
export function pictureAt(url = '') {
  if (url.startsWith('/')) return server + url;
  return asksOthers || /^(blob|data):/.test(url) ? url : '';
}
