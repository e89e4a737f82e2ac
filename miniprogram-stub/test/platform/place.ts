export const server = 'https://shop.test';
export const brand = 'casa-lido';

export const asksOthers = false;
