// Draws the demonstration's products as pixels, for what cannot show a drawing: the posters of small groups. It is run by
// hand when a drawing has changed: node pixels.js
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.js';

const shop = fileURLToPath(new URL('../cmd/hutong/casalido/', import.meta.url));
const side = 600; // as wide as a poster

const catalogue = path.join(shop, 'catalogue');
const written = await Promise.all((await readdir(catalogue)).map((name) => readFile(path.join(catalogue, name), 'utf8')));
const first = new Set(written.flatMap((text) => [...text.matchAll(/^ {4}pictures: \[([\w-]+)\.svg/gm)].map((m) => m[1])));

const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: side, height: side } });
for (const name of first) {
  const drawing = await readFile(path.join(shop, 'pictures', `${name}.svg`), 'utf8');
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${side}px;height:${side}px}</style>${drawing}`);
  await page.screenshot({ path: path.join(shop, 'pictures', `${name}.jpg`), type: 'jpeg', quality: 80 });
}
await browser.close();
