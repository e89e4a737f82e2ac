import { preview } from '@platform/preview';
import { call } from '@/api/call';

/** A page of the shop; the one that somebody in the console is working on, as it is going to be. */
export function readPage(slug: string) {
  const of = preview.value;
  return of?.slug === slug ? call('get', '/previews/{slug}', { params: { slug }, leave: of.token }) : call('get', '/pages/{slug}', { params: { slug } });
}
