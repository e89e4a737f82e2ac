export const systemLanguage = () => 'en-GB';
export const drawsBar = true;
