// A page of the shop is taken away and removed, with what leads to it told; a product that is not on sale is looked at in
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { openDemo } from './demo.js';
import { desk, quiet, signIn } from './desk.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

const button = (page, name) => page.getByRole('button', { name, exact: true });
// call asks the API as whoever is signed in on the page.
const call = (page, method, path, body) => page.evaluate(async ([m, p, b]) => {
  const r = await fetch(`/console/v1${p}`, { method: m, headers: b ? { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() } : {}, body: b && JSON.stringify(b) });
  if (!r.ok) throw new Error(`${m} ${p}: ${r.status} ${await r.text()}`);
  return r.status === 204 ? undefined : r.json();
}, [method, path, body]);

test('a page goes, and a product is looked at before it is on sale', async () => {
  const name = 'console-desk';
  await visit(browser, desk(demo), { name: `${name}-desk`, size: deskSize, language: 'it', refused: quiet.refused }, async (page) => {
    await signIn(page);
    // A page that the draft of another leads to.
    let story = await call(page, 'POST', '/pages', { slug: 'bottega', title: { 'zh-CN': '品牌故事', it: 'La nostra bottega' } });
    story = await call(page, 'PUT', '/pages/bottega/draft', { version: story.version, title: story.title, blocks: [{ kind: 'notice', text: { 'zh-CN': '始于一间作坊。', it: 'Tutto comincia in una bottega.' } }] });
    await call(page, 'POST', '/pages/bottega/publish', { version: story.version, published: 0 });
    const home = await call(page, 'GET', '/pages/home');
    const banner = home.blocks.find((b) => b.kind === 'banner');
    assert.ok(banner, 'the demonstration has a banner');
    await call(page, 'PUT', '/pages/home/draft', { version: home.version, title: home.title, blocks: [{ ...banner, link: 'page:bottega' }, ...home.blocks] });

    await page.goto(`${desk(demo)}content/pages/bottega`);
    await page.getByRole('heading', { name: 'Pagina bottega', level: 1 }).waitFor();
    await button(page, 'Altro').click();
    await page.getByRole('menuitem', { name: 'Ritira' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Una bozza porta qui.').waitFor();
    await accessible(page);
    await picture(page, `${name}-unpublish`);
    await button(dialog, 'Ritira').click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('I clienti non vedono più la pagina').waitFor();
    await page.getByText('Bozza del').first().waitFor();
    await button(page, 'Altro').click();
    assert.equal(await page.getByRole('menuitem', { name: 'Ritira' }).count(), 0);
    await page.getByRole('menuitem', { name: 'Elimina pagina' }).click();
    await button(page.getByRole('dialog'), 'Elimina').click();
    await page.getByRole('heading', { name: 'Altre pagine', level: 1 }).waitFor();
    assert.equal(await page.getByText('La nostra bottega').count(), 0);

    // What led to it is shown as broken.
    await page.goto(`${desk(demo)}content/home`);
    await page.getByText('Porta a qualcosa che non c’è più').first().waitFor();
    await page.locator('ol .choose').first().click();
    await page.getByText('Non c’è più.').first().waitFor();
    await accessible(page);
    await picture(page, `${name}-broken`);
    const draft = await call(page, 'GET', '/pages/home');
    await call(page, 'POST', '/pages/home/discard', { version: draft.version });

    // A draft in the shop, in a tab of its own.
    const { items } = await call(page, 'GET', '/products?state=published&limit=1');
    await call(page, 'PUT', `/products/${items[0].handle}/state`, { state: 'draft', version: (await call(page, 'GET', `/products/${items[0].handle}`)).version });
    await page.goto(`${desk(demo)}products/of/${items[0].handle}`);
    const opened = page.context().waitForEvent('page');
    await button(page, 'Anteprima nel negozio').click();
    const shop = await opened;
    await shop.setViewportSize(phoneSize);
    await shop.getByText('Anteprima: i clienti non vedono ancora questo prodotto.').waitFor();
    assert.ok(!shop.url().includes('preview='), 'the leave stays in the address');
    assert.equal(await shop.getByText('Compra ora').count(), 0);
    await accessible(shop);
    await picture(shop, `${name}-look`);
    await shop.close();

    await page.setViewportSize(phoneSize);
    for (const [path, until, of] of [['content/pages', 'h1', 'pages']]) {
      await page.goto(`${desk(demo)}${path}`);
      await page.locator(until).first().waitFor();
      await accessible(page);
      await picture(page, `${name}-${of}-phone`);
    }
  });
});
