import { preview } from '@platform/preview';
import { afterEach, expect, it } from 'vitest';
import { readPage, readProduct } from '@/shop/page';
import { requests, server } from './uni';

afterEach(() => { preview.value = undefined; });

it('a page is the published one, but for who has leave to look at this very one', async () => {
  server.answer = () => ({ statusCode: 200, data: { blocks: [] } });
  await readPage('home');
  preview.value = { of: 'home', token: 'leave' };
  await readPage('home');
  await readPage('story');
  expect(requests.map((r) => [r.url.replace(/^.*casa-lido/, ''), r.header['Hutong-Preview'], r.header.Authorization])).toEqual([
    ['/pages/home', undefined, undefined], ['/previews/home', 'leave', undefined], ['/pages/story', undefined, undefined],
  ]);
});

it('a product is the one on sale, but for who has leave to look at this very one', async () => {
  requests.length = 0;
  server.answer = () => ({ statusCode: 200, data: {} });
  preview.value = { of: 'product:borsa', token: 'leave' };
  await readProduct('borsa');
  await readProduct('moka');
  await readPage('borsa');
  expect(requests.map((r) => [r.url.replace(/^.*casa-lido/, ''), r.header['Hutong-Preview']])).toEqual([
    ['/previews/products/borsa', 'leave'], ['/products/moka', undefined], ['/pages/borsa', undefined],
  ]);
});
