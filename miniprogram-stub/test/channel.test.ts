import { expect, it } from 'vitest';
import { channelOf } from '@/shop/channel';

it('tells the channel of a scene', () => {
  expect([1007, 1047, 1177, 1234, 0, undefined].map(channelOf)).toEqual(['share', 'qrcode', 'live', 'other', undefined, undefined]);
});
