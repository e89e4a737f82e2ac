import { preview } from '@platform/preview';
import { call } from '@/api/call';

/** The leave to look at something that is not published, if it is for this. */
const leaveFor = (of: string) => (preview.value?.of === of ? preview.value.token : undefined);

/** A page of the shop; the one that somebody in the console is working on, as it is going to be. */
export function readPage(slug: string) {
  const leave = leaveFor(slug);
  return leave ? call('get', '/previews/{slug}', { params: { slug }, leave }) : call('get', '/pages/{slug}', { params: { slug } });
}

/** Whether a product is only looked at, before it can be bought. */
export const isLook = (handle: string) => !!leaveFor(`product:${handle}`);

/** A product of the shop; the one that somebody in the console is working on, as they have kept it. */
export function readProduct(handle: string) {
  const leave = leaveFor(`product:${handle}`);
  return leave ? call('get', '/previews/products/{handle}', { params: { handle }, leave }) : call('get', '/products/{handle}', { params: { handle } });
}
