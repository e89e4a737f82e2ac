// What the console has of supply: products that come from a file, stock that is counted, parcels that are sent from a file.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, quiet, signIn } from './desk.js';

// A small export with the difficulties that real ones have.
const difficult = process.env.HUTONG_EXPORT ?? fileURLToPath(new URL('../service/catalogue/shopify/testdata/officina-faro.csv', import.meta.url));

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

// choose picks an option of a field.
async function choose(within, field, option) {
  await within.locator('.el-select', { has: within.getByRole('combobox', { name: field }) }).click();
  await (within.page?.() ?? within).getByRole('option', { name: option }).click();
}

test('prodotti da un file: controllati, importati e raccontati riga per riga', async () => {
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
    await page.locator('input[type=file]').setInputFiles(difficult);
    await choose(page, 'Lingua dei testi', 'inglese');
    await choose(page, 'Valuta dei prezzi', /^EUR/);
    await page.getByRole('button', { name: 'Controlla il file' }).click();
    await page.getByText('Scrivi un cambio').waitFor();
    await page.getByLabel('Quanti yuan vale 1 EUR').fill('7,85');
    await page.getByText(/100,00.€ nel file diventano/).waitFor();
    await page.getByText('Lasciale dove sono').click();
    await seen(page, 'import-new');
    await page.getByRole('button', { name: 'Controlla il file' }).click();

    await page.getByRole('heading', { name: 'Il file è controllato' }).waitFor();
    await page.getByRole('heading', { name: 'Che cosa è emerso' }).waitFor();
    const { items: [dry] } = await staff(demo, 'GET', '/imports');
    assert.ok(dry.dry_run && dry.created > 0, JSON.stringify(dry));
    await seen(page, 'import-checked');
    // What is wrong, by its kind, and what would become of each.
    await page.getByRole('button', { name: /sarebbero nuovi/ }).click();
    await page.waitForURL(/kind=created/);
    await until('only new ones to be listed', () => page.locator('tbody tr').count(), (n) => n === dry.created);
    await page.getByRole('button', { name: 'Togli i filtri' }).click();
    // Somebody leaves, comes back another way, and everything is where it was.
    await page.getByRole('link', { name: 'Importazione' }).first().click();
    await page.getByText('Controllato', { exact: true }).waitFor();
    await seen(page, 'imports');
    await page.getByRole('link', { name: dry.file }).click();
    await page.getByRole('button', { name: 'Importa ora' }).click();
    await page.getByRole('dialog').getByText(`${dry.created} prodotti saranno nuovi`).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Importa ora' }).click();
    await page.getByRole('heading', { name: 'L’importazione è finita' }).waitFor();
    const done = await staff(demo, 'GET', `/imports/${dry.no}`);
    assert.deepEqual([done.created, done.refused, done.dry_run], [dry.created, dry.refused, false]);
    await seen(page, 'import-done');
    await page.getByRole('button', { name: 'Rapporto' }).click();
    const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
    assert.equal(report.suggestedFilename(), 'import-report.csv');
    assert.match(await readFile(await report.path(), 'utf8'), /^\ufeff?Riga,Prodotto,Esito/);
    await page.goto(`${desk(demo)}imports`);
    await page.getByRole('button', { name: 'Esporta i prodotti' }).click();
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Excel' }).click()]);
    assert.equal(table.suggestedFilename(), 'products.xlsx');
  });
});
