import { server } from '@platform/place';

/** The address of a picture of the shop's; one that begins with / is on its server. */
export const pictureAt = (url: string | undefined) => (url?.startsWith('/') ? server + url : url ?? '');
