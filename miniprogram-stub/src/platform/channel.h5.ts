import type { Channel } from '@/shop/channel';

/** How the consumer came: a browser does not tell more. */
export const channel = (): Channel | undefined => 'web';
