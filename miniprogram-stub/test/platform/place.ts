export const server = 'https://shop.test';
export const brand = 'casa-lido';
