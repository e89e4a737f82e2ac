// What the console has of supply: products that come from a file, stock that is counted, parcels that are sent from a file.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { open } from './app.js';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until, yuan } from './consumer.js';
import { openDemo } from './demo.js';
import { choose, desk, quiet, signIn } from './desk.js';

// A shop as Shopify exports it: twenty products, of which three have two variants.
const jewellery = fileURLToPath(new URL('../service/catalogue/shopify/testdata/shopify-jewellery.csv', import.meta.url));

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// seen looks at a page at both sizes.
async function seen(page, name) {
  for (const size of [phoneSize, deskSize]) {
    await page.setViewportSize(size);
    await accessible(page);
    await picture(page, `console-supply-${name}-${size.width}`);
  }
}

test('un negozio di Shopify: controllato, importato, raccontato riga per riga e in vendita', async () => {
  await visit(browser, `${desk(demo)}imports`, { name: 'console-supply-import', language: 'it', ...quiet }, async (page) => {
    await signIn(page, 'operator', 'Importazione');
    await page.getByText('Non hai ancora importato nulla').waitFor();
    await seen(page, 'imports-none');
    await page.getByRole('link', { name: 'Importa prodotti' }).first().click();
    await page.getByRole('heading', { name: 'Importa prodotti' }).waitFor();
    await page.getByRole('button', { name: 'Controlla il file' }).click();
    await page.getByText('Scegli un file.').waitFor();
    await page.locator('input[type=file]').setInputFiles({ name: 'vuoto.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await page.getByText('Non è un file di uno di questi tipi').waitFor();
    await page.locator('input[type=file]').setInputFiles(jewellery);
    await choose(page, 'Lingua dei testi', 'inglese');
    await choose(page, 'Valuta dei prezzi', /^USD/);
    await page.getByRole('button', { name: 'Controlla il file' }).click();
    await page.getByText('Scrivi un cambio').waitFor();
    await page.getByLabel('Quanti yuan vale 1 USD').fill('7,15');
    await page.getByText(/100,00.(\$|USD) nel file diventano/).waitFor();
    await page.getByText('Lasciale dove sono').click();
    await page.getByText('non chiedono nulla ad altri siti').waitFor();
    await seen(page, 'import-new');
    await page.getByRole('button', { name: 'Controlla il file' }).click();

    await page.getByRole('heading', { name: 'Il file è controllato' }).waitFor();
    const { items: [dry] } = await staff(demo, 'GET', '/imports');
    const counted = ({ created, updated, unchanged, refused, problems }) => [created, updated, unchanged, refused, problems];
    assert.deepEqual([dry.dry_run, dry.file, ...counted(dry)], [true, 'shopify-jewellery.csv', 20, 0, 0, 0, 0]);
    await seen(page, 'import-checked');
    // What is wrong, by its kind, and what would become of each.
    await page.getByRole('button', { name: /sarebbero nuovi/ }).click();
    await page.waitForURL(/kind=created/);
    await until('each product to be told of', () => page.locator('tbody tr').count(), (n) => n === 20);
    assert.equal((await staff(demo, 'GET', '/products?q=anchor')).items.length, 0);
    await page.getByRole('button', { name: 'Togli i filtri' }).click();
    // Somebody leaves, comes back another way, and everything is where it was.
    await page.getByRole('link', { name: 'Importazione' }).first().click();
    await page.getByText('Controllato', { exact: true }).waitFor();
    await seen(page, 'imports');
    await page.getByRole('link', { name: dry.file }).click();
    await page.getByRole('button', { name: 'Importa ora' }).click();
    await page.getByRole('dialog').getByText('20 prodotti saranno nuovi').waitFor();
    // How far it is is told, over a connection that is slow enough to see it.
    let answer;
    const asked = new Promise((resolve) => { answer = resolve; });
    await page.route(`**/imports/${dry.no}`, async (route) => { await asked; await route.continue(); });
    await page.getByRole('dialog').getByRole('button', { name: 'Importa ora' }).click();
    await page.getByRole('progressbar', { name: 'I prodotti vengono importati' }).waitFor();
    await seen(page, 'import-under-way');
    answer();
    await page.getByRole('heading', { name: 'L’importazione è finita' }).waitFor();
    await page.unroute(`**/imports/${dry.no}`);
    const done = await staff(demo, 'GET', `/imports/${dry.no}`);
    assert.deepEqual([done.dry_run, ...counted(done)], [false, ...counted(dry)]);
    await page.getByRole('button', { name: 'Rapporto' }).click();
    const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
    assert.equal(report.suggestedFilename(), 'import-report.csv');
    assert.match(await readFile(await report.path(), 'utf8'), /^\ufeff?Riga,Prodotto,Esito/);
    await seen(page, 'import-done'); // which gives the limit of requests time for the next export
    await page.getByRole('link', { name: 'Importazione' }).first().click();
    await page.getByText('Fatto', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Esporta i prodotti' }).click();
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Excel' }).click()]);
    assert.equal(table.suggestedFilename(), 'products.xlsx');
    // They are on the shelf of the console, and of the shop.
    await page.goto(`${desk(demo)}products?q=Necklace`);
    await until('the necklaces', () => page.locator('tbody tr').count(), (n) => n === 8);
    await seen(page, 'imported');
  });
  await open({ browser, demo }, 'jewel', 'en', 'console-supply-shop', async (p) => {
    await p.text(p.t('home.everything')).waitFor();
    await p.link(p.t('search.hint')).click();
    await p.field(p.t('search')).fill('anchor bracelet');
    await p.button(p.t('search')).click();
    await p.link('Anchor Bracelet Mens').first().click();
    await p.app.getByText('Black leather bracelet with gold or silver anchor for men.').filter({ visible: true }).first().waitFor();
    await picture(p.page, 'console-supply-shop-product');
    await p.button(p.t('addToCart')).click();
    // The golden one is chosen: the silver one is sold out.
    await p.app.getByText('500.43').filter({ visible: true }).first().waitFor();
    await p.button(p.t('sku.confirm')).click();
    await p.text(p.t('addedToCart')).waitFor();
  });
});

test('la scorta si rettifica con un motivo, e chi la vede vecchia lo viene a sapere', async () => {
  await visit(browser, `${desk(demo)}stock?q=moka-pot`, { name: 'console-supply-stock', language: 'it', refused: quiet.refused, size: deskSize }, async (page) => {
    await signIn(page, 'warehouse', 'Magazzino');
    const first = page.locator('tbody tr').first();
    await first.waitFor();
    await page.getByRole('button', { name: 'Togli i filtri' }).click();
    await until('the whole list', () => page.locator('tbody tr').count(), (n) => n > 5);
    await seen(page, 'stock');
    await page.getByPlaceholder('Prodotto, codice articolo').fill('moka-pot');
    await page.getByPlaceholder('Prodotto, codice articolo').press('Enter');
    await page.waitForURL(/q=moka-pot/);
    const { items: all } = await staff(demo, 'GET', '/stock?q=moka-pot');
    const [before] = all;
    await until('its articles alone', () => page.locator('tbody tr').count(), (n) => n === all.length);
    await first.getByRole('button').click();
    await page.getByRole('heading', { name: 'Che cosa lo ha mosso' }).waitFor();
    await page.getByRole('button', { name: 'Rettifica la scorta' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rettifica la scorta' });
    await choose(page, 'Motivo', 'Danneggiati');
    await dialog.getByLabel('Quanti ne mancano').fill('2');
    await dialog.getByText(`Da ${before.on_hand} diventano ${before.on_hand - 2}.`).waitFor();
    await dialog.getByLabel('Nota').fill('caduta');
    await seen(page, 'stock-correct');
    await dialog.getByRole('button', { name: 'Rettifica', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Danneggiati: caduta').waitFor();
    await page.getByText('−2', { exact: true }).waitFor();
    await seen(page, 'stock-moved');
    const { items: [after] } = await staff(demo, 'GET', '/stock?q=moka-pot');
    assert.equal(after.on_hand, before.on_hand - 2);
    // An article's own threshold makes it low, and the navigation and the list tell.
    await page.getByRole('button', { name: 'Avviso di questo articolo' }).click();
    const own = page.getByRole('dialog', { name: 'Avviso di questo articolo' });
    await own.getByText('A un numero suo').click();
    await own.getByLabel('Avvisa quando').fill(String(after.available + 1));
    await own.getByRole('button', { name: 'Salva' }).click();
    await own.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await page.locator('tbody').getByText('Scarso').waitFor();
    await page.getByRole('button', { name: 'Mostrali' }).click();
    await page.waitForURL(/level=low/);
    // Every order's waybill, and the alert of the shop.
    await page.getByRole('button', { name: 'Avviso di scorta' }).click();
    await page.getByRole('dialog', { name: 'Avviso di scorta' }).getByRole('button', { name: 'Annulla' }).click();
  });
});

test('a figure that has moved meanwhile is not overwritten', async () => {
  const answers = { refused: [...quiet.refused] };
  const { items: [before] } = await staff(demo, 'GET', '/stock?q=moka-pot');
  answers.refused.push(`/console/v1/stock/${before.no}/corrections`);
  await visit(browser, `${desk(demo)}stock?q=moka-pot`, { name: 'console-supply-conflict', ...answers }, async (page) => {
    await signIn(page, 'warehouse', 'Stock');
    await page.locator('tbody tr').first().getByRole('button').click();
    await page.getByRole('button', { name: 'Correct the stock' }).click();
    const dialog = page.getByRole('dialog', { name: 'Correct the stock' });
    await dialog.getByLabel('Pieces that are there').fill('40');
    await staff(demo, 'POST', `/stock/${before.no}/corrections`, { on_hand: 33, was: before.on_hand, reason: 'counted' });
    await dialog.getByRole('button', { name: 'Correct', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByText('33 become 40.').waitFor();
    await seen(page, 'stock-conflict');
    await dialog.getByRole('button', { name: 'Correct', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    const { items: [after] } = await staff(demo, 'GET', '/stock?q=moka-pot');
    assert.equal(after.on_hand, 40);
  });
});

test('two paid orders are packed from one list and sent from one file', async () => {
  const me = await new Consumer(demo, 'en').signIn('batch');
  const orders = [await me.pay(await me.order('moka-pot')), await me.pay(await me.order('moka-pot'))];
  await visit(browser, `${desk(demo)}orders?status=paid`, { name: 'console-supply-ship', ...quiet }, async (page) => {
    await signIn(page, 'warehouse', 'Orders');
    for (const o of orders) await page.getByRole('row', { name: new RegExp(o.no) }).locator('.el-checkbox').click();
    await page.getByText('2 selected').waitFor();
    await seen(page, 'orders-selected');
    await page.getByRole('link', { name: 'Print 2 packing lists' }).click();
    for (const o of orders) await page.getByRole('heading', { name: `Order ${o.no}` }).waitFor();
    await page.getByText('13800138000').first().waitFor(); // in full: whoever packs may see it
    await seen(page, 'packing');
    await page.emulateMedia({ media: 'print' });
    await picture(page, 'console-supply-packing-print');
    assert.equal(await page.getByRole('banner').isVisible(), false);
    await page.emulateMedia({ media: 'screen' });

    await page.getByRole('link', { name: 'Orders' }).first().click();
    await page.getByRole('link', { name: 'Ship from a file' }).click();
    await page.getByRole('button', { name: 'Download' }).click();
    const [template] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
    const waiting = await readFile(await template.path(), 'utf8');
    for (const o of orders) assert.ok(waiting.includes(o.no), waiting);
    const rows = ['order,carrier,waybill', `${orders[0].no},SF,SF0000000001`, `${orders[1].no},ZTO Express,ZTO000000002`, '01JZQ4T7M9S8X5N2K6V3B1C0DE,SF,SF0000000003'];
    await page.locator('input[type=file]').setInputFiles({ name: 'waybills.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) });
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('nothing has been sent yet').waitFor();
    await page.getByRole('button', { name: 'Refused: 1' }).waitFor();
    await seen(page, 'waybills-checked');
    assert.equal((await me.read(orders[0])).status, 'paid');
    await page.getByRole('button', { name: 'Send 2 rows' }).click();
    await page.getByRole('heading', { name: '2 rows were sent' }).waitFor();
    await seen(page, 'waybills-sent');
    for (const o of orders) assert.equal((await me.read(o)).status, 'shipped');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('button', { name: 'Sent before: 2' }).waitFor();
  });
});

test('the price of an order is changed before it is paid, the consumer pays the new one, and another is cancelled', async () => {
  const me = await new Consumer(demo, 'en').signIn('bargain');
  const order = await me.order('moka-pot');
  await visit(browser, `${desk(demo)}orders/${order.no}`, { name: 'console-supply-price', ...quiet }, async (page) => {
    await signIn(page, 'operator', `Order ${order.no}`);
    await page.getByRole('button', { name: 'Change the price' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change the price' });
    await dialog.getByLabel('By how much').fill('10,00');
    await dialog.getByLabel('What it is called').fill('For a friend');
    await seen(page, 'price');
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText(yuan(order.total_fen - 1000)).first().waitFor();
    const cheaper = await me.read(order);
    assert.equal(cheaper.total_fen, order.total_fen - 1000);
    const paid = await me.pay(cheaper);
    assert.equal(paid.total_fen, order.total_fen - 1000);
    await page.reload();
    await page.getByText('To be sent', { exact: true }).first().waitFor();
    const given = await me.order('moka-pot');
    await page.goto(`${desk(demo)}orders/${given.no}`);
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    const cancel = page.getByRole('dialog', { name: 'Cancel the order' });
    await choose(page, 'Reason', 'The customer asked for it');
    await seen(page, 'cancel');
    await cancel.getByRole('button', { name: 'Cancel the order' }).click();
    await cancel.waitFor({ state: 'hidden' });
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    assert.equal((await me.read(given)).status, 'cancelled');
  });
});
