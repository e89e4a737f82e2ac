import { channelOf } from '@/shop/channel';

/** How the consumer came this time. */
export const channel = () => channelOf(wx.getEnterOptionsSync().scene);
