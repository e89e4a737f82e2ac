// How a brand begins: an administrator of the platform opens it, its owner comes by the link, is led by the list of what
// is to be done, enters what WeChat has agreed to, publishes a first product, and a consumer finds it in the shop.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { accessible, artifacts, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { weChat } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, quiet } from './desk.js';
import { Program } from './program.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// looks has axe look at a page at both sizes.
async function looks(page, name) {
  for (const size of [phoneSize, deskSize]) {
    await page.setViewportSize(size);
    await accessible(page);
    await picture(page, `console-first-${name}-${size.width}`);
  }
}

test('from a brand that does not exist to a product that a consumer buys', async () => {
  let link;
  const [ada, bea] = ['pontoons under a bridge', 'tea before the sun is up'];
  const invited = await demo.hutong('platform', 'invite', 'ada@platform.example', '--name', 'Ada');
  await visit(browser, invited, { name: 'console-first-platform', refused: [...quiet.refused, '/console/v1/platform/brands'] }, async (page) => {
    await page.getByLabel('New password').fill(ada);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Brands', level: 1 }).waitFor();
    await page.getByText('Casa Lido').first().waitFor();
    assert.equal(await page.getByRole('navigation').getByRole('link').count(), 1);
    await page.getByRole('button', { name: 'Open a brand' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name in 中文').fill('晨光茶社');
    await dialog.getByLabel('Name in English').fill('Daybreak Tea');
    await dialog.getByLabel('Name in addresses').fill('casa-lido');
    await dialog.getByLabel('E-mail of its owner').fill('bea@daybreak.example');
    await looks(page, 'open');
    await dialog.getByRole('button', { name: 'Open it' }).click();
    await dialog.getByText('There is a shop with this name').waitFor();
    await dialog.getByLabel('Name in addresses').fill('daybreak-tea');
    await dialog.getByRole('button', { name: 'Open it' }).click();
    link = await page.locator('pre').innerText();
    await looks(page, 'link');
    await page.getByRole('button', { name: 'I have it' }).click();
    // It is closed by the platform, and opened again.
    await page.getByRole('button', { name: 'Suspend Daybreak Tea' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend', exact: true }).click();
    await page.getByRole('button', { name: 'Open again: Daybreak Tea' }).waitFor();
    await looks(page, 'brands');
    await page.getByRole('button', { name: 'Open again: Daybreak Tea' }).click();
    await page.getByRole('button', { name: 'Suspend Daybreak Tea' }).waitFor();
    // A brand's pages are not theirs.
    await page.goto(`${desk(demo)}orders`);
    await page.getByText('This page is not for your role').waitFor();
  });

  const told = await weChat(demo, 'POST', '/_sim/merchants', { name: 'Daybreak Tea' });
  await visit(browser, link, { name: 'console-first-owner', language: 'it', ...quiet }, async (page) => {
    const button = (name) => page.getByRole('button', { name, exact: true });
    const step = (title) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
    await page.getByRole('heading', { name: 'Entra in Daybreak Tea' }).waitFor();
    await page.getByLabel('Il tuo nome').fill('Bea Moretti');
    await page.getByLabel('Nuova password').fill(bea);
    await looks(page, 'invitation');
    await button('Entra').click();
    await page.getByRole('heading', { name: 'Preparazione', level: 1 }).waitFor();
    await step('Pubblica il primo prodotto').waitFor();
    await looks(page, 'list');

    // What WeChat has agreed to, tried before it is kept.
    await step('Collega il mini program').getByRole('link').click();
    const part = (name) => page.locator('form').filter({ has: page.getByLabel(name, { exact: true }) });
    await page.getByLabel('AppID', { exact: true }).fill(told.appid);
    await page.getByLabel('AppSecret', { exact: true }).fill(`${told.app_secret.slice(0, -1)}x`);
    await part('AppID').getByRole('button', { name: 'Prova' }).click();
    await page.getByText(/WeChat non accetta questo AppSecret/).waitFor();
    await looks(page, 'credentials');
    await page.getByLabel('AppSecret', { exact: true }).fill(told.app_secret);
    await page.getByLabel('Token', { exact: true }).fill(told.push_token);
    await page.getByLabel('EncodingAESKey', { exact: true }).fill(told.push_key);
    await part('AppID').getByRole('button', { name: 'Salva' }).click();
    await page.getByText('Impostato').nth(2).waitFor();
    await page.getByLabel('Numero esercente').fill(told.mchid);
    await page.getByLabel('Chiave APIv3', { exact: true }).fill(told.apiv3_key);
    await page.getByLabel('Numero di serie del certificato API').fill(told.cert_serial);
    await page.getByLabel('Chiave privata', { exact: true }).fill(told.private_key);
    await page.getByLabel('ID della chiave pubblica').fill(told.public_key_id);
    await page.getByLabel('Chiave pubblica di WeChat Pay').fill(told.public_key);
    await part('Numero esercente').getByRole('button', { name: 'Prova' }).click();
    await page.locator('.sum').getByText('Funziona.').waitFor();
    await looks(page, 'merchant');
    await part('Numero esercente').getByRole('button', { name: 'Salva' }).click();
    await page.getByText('Impostato').nth(5).waitFor();
    await looks(page, 'connected');

    // A category, and a product with two options and a picture.
    await page.getByRole('navigation').getByText('Catalogo').click();
    await page.getByRole('link', { name: 'Categorie' }).click();
    await page.getByText('Non ci sono ancora categorie').waitFor();
    await looks(page, 'categories');
    await button('Crea la prima categoria').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Nome.*(中文|cinese)/).fill('红茶');
    await dialog.getByLabel(/^Nome.*(English|inglese)/).fill('Black tea');
    await looks(page, 'category');
    await button('Salva').click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Prodotti', exact: true }).click();
    await page.getByText('Non ci sono ancora prodotti').waitFor();
    await looks(page, 'products');
    await button('Crea il primo prodotto').click();
    await page.getByRole('heading', { name: 'Nuovo prodotto', level: 1 }).waitFor(); // the list's search is a title's as well
    await page.getByRole('textbox', { name: 'Titolo' }).fill('晨雾红茶');
    await page.getByLabel('Sommario').fill('清晨采摘，温和回甘。');
    await page.getByRole('combobox', { name: 'Categorie' }).fill('Bl');
    await page.getByRole('option').first().click();
    await page.keyboard.press('Escape');
    await page.locator('input[data-test=pictures]').setInputFiles(path.join(artifacts, 'console-first-list-390.png'));
    await button('Togli l’immagine 1').waitFor();
    for (const [n, option, values] of [[1, '包装', '罐装、袋装'], [2, '重量', '50 克、100 克']]) {
      await button('Aggiungi un’opzione').click();
      await page.getByLabel(`Nome dell’opzione ${n}`).fill(option);
      await page.getByLabel(`Aggiungi valori a ${option}`).fill(values);
      await page.getByLabel(`Aggiungi valori a ${option}`).press('Enter');
    }
    await button('Tutte').click();
    await page.getByLabel('Prezzo per le righe scelte').fill('128');
    await page.getByLabel('Scorte per le righe scelte').fill('20');
    await button('Compila').click();
    await looks(page, 'product');
    await button('Salva prodotto').first().click();
    await page.getByRole('heading', { name: '晨雾红茶', level: 1 }).waitFor();
    await button('Pubblica').click();
    await page.getByText('Pubblicato', { exact: true }).first().waitFor();
    await page.getByText('Il negozio può vendere.').waitFor();
    await looks(page, 'published');
    await page.getByRole('link', { name: 'Preparazione' }).first().click();
    await step('Fai un ordine di prova').getByRole('link', { name: 'Guarda il negozio' }).waitFor();
    await looks(page, 'ready');
  });
  // WeChat knows the new mini program by its AppID.
  const phone = new URL(demo.app);
  phone.searchParams.set('app', `${new URL(demo.shop).origin}/shop/daybreak-tea/`);
  phone.searchParams.set('appid', told.appid);
  phone.searchParams.set('user', 'first');
  await visit(browser, phone.href, { name: 'console-first-shop', language: 'zh-CN', size: phoneSize, origins: [new URL(demo.shop).origin], refused: ['/v1/daybreak-tea/addresses'] }, async (page) => {
    const p = new Program(page, 'zh-CN', new URL(demo.shop).origin);
    await p.link('晨雾红茶').first().click();
    await p.title('晨雾红茶');
    await p.app.getByText('清晨采摘，温和回甘。').filter({ visible: true }).first().waitFor();
    await picture(page, 'console-first-shop-product');
    await p.button(p.t('addToCart')).click();
    await p.button('袋装').click();
    await p.button('100 克').click();
    await p.button(p.t('sku.confirm')).click();
    await p.text(p.t('addedToCart')).waitFor();
  });
});
