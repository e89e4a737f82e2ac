// The mini program's own words, from its source: they are modules with nothing but a table.
import { readFile } from 'node:fs/promises';

async function read(language) {
  const source = await readFile(new URL(`../miniprogram-stub/src/words/${language}.ts`, import.meta.url), 'utf8');
  return (await import(`data:text/javascript,${encodeURIComponent(source)}`)).default;
}

export const catalogues = Object.fromEntries(
  await Promise.all(['zh-CN', 'en', 'it'].map(async (language) => [language, await read(language)])),
);
