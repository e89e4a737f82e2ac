// Where the shop is: as the upload's ext.json says, if one program is published for many brands, or as the
// program was built.
const ext = (wx.getExtConfigSync?.() ?? {}) as { server?: string; brand?: string };

export const server = ext.server ?? import.meta.env.VITE_SERVER ?? 'http://127.0.0.1:8080';
export const brand = ext.brand ?? import.meta.env.VITE_BRAND ?? 'casa-lido';

/** Whether pictures may be asked for at other sites. */
export const asksOthers = true;
