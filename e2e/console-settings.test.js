// Setting a shop up: the home page is made block by block and seen in the mini program, what WeChat says of the
// credentials is told in a sentence, and the shop takes the brand's colour.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until } from './consumer.js';
import { choose, desk, enter, quiet } from './desk.js';
import { openDemo } from './demo.js';

let demo;
let browser;
let address;
before(async () => {
  [demo, browser] = await Promise.all([openDemo(), openBrowser()]);
  address = desk(demo);
});
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// at signs somebody in and waits for the page that was asked for.
async function at(page, role, heading) {
  await enter(page, { email: `${role}@casa-lido.example` });
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

const hostile = '<img src=x onerror=alert(1)>"\'><script>alert(1)</script>';

test('the home page is made and published, and consumers see it then and not before', async () => {
  const me = new Consumer(demo, 'en');
  const seen = () => me.get('/pages/home');
  const kinds = (view) => view.blocks.map((b) => b.kind).join(' ');
  const before = await seen();
  const { published: first } = await staff(demo, 'GET', '/pages/home');
  await visit(browser, `${address}content/home`, { name: 'console-settings-home', size: deskSize, refused: [...quiet.refused, '/console/v1/pages/home/publish'] }, async (page) => {
    page.on('dialog', (d) => { throw new Error(`a text was run: ${d.message()}`); });
    await at(page, 'operator', 'Home page');
    const list = page.locator('.blocks ol > li');
    const frame = page.frameLocator('.preview iframe');
    await frame.getByText('Good morning, coffee first').first().waitFor();
    assert.equal(await list.count(), before.blocks.length);
    await accessible(page);

    // A banner by its words, which the preview shows and the shop does not.
    await list.filter({ hasText: 'Good morning, coffee first' }).getByRole('button', { pressed: false }).first().click();
    await page.getByLabel('Words on the banner, English').fill('Coffee, before anything else');
    await frame.getByText('Coffee, before anything else').waitFor();
    await page.getByText(/^Draft of/).waitFor();
    assert.deepEqual(await seen(), before);
    await picture(page, 'console-settings-home-draft');

    // By dragging, and by a button alone.
    await list.nth(2).locator('.grip').dragTo(list.nth(0));
    await list.nth(0).getByText('Categories').waitFor();
    await list.nth(0).getByRole('button', { name: /^Move down/ }).click();
    await list.nth(1).getByText('Categories').waitFor();

    // What somebody hostile writes is a text like any other.
    await page.getByRole('button', { name: 'Notice', exact: true }).click();
    await page.getByLabel('Notice, 中文').fill(hostile);
    await page.getByLabel('Notice, English').fill(hostile);
    await frame.getByText(hostile).waitFor();

    // Removed, and thought better of.
    await list.last().getByRole('button', { name: /^Remove/ }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.equal(await list.count(), before.blocks.length + 1);

    // A banner without a picture is not published, and says so itself.
    await page.getByRole('button', { name: 'Banner', exact: true }).click();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('One block needs a correction.').waitFor();
    await accessible(page);
    await page.locator('li.wrong').getByRole('button', { name: /^Remove/ }).click();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Published: customers see it now').waitFor();
    await page.getByText(`Version ${first + 1} is published`).waitFor();
    const now = await until('the shop to follow', seen, (v) => kinds(v) !== kinds(before));
    assert.equal(now.blocks[1].kind, 'category_row');
    assert.ok(now.blocks.some((b) => b.title === 'Coffee, before anything else'));
    assert.ok(now.blocks.some((b) => b.text === hostile));
  });
  await visit(browser, `${new URL(demo.shop).origin}/shop/casa-lido/`, { name: 'console-settings-shop', size: phoneSize }, async (page) => {
    page.on('dialog', (d) => { throw new Error(`a text was run: ${d.message()}`); });
    await page.getByText('Coffee, before anything else').waitFor();
    await page.getByText(hostile).waitFor();
  });
  // Back again: the old version as a draft, which the shop does not show, and is thrown away.
  await visit(browser, `${address}content/home`, { name: 'console-settings-versions', size: deskSize, refused: [...quiet.refused, '/console/v1/pages/home/publish'] }, async (page) => {
    await at(page, 'operator', 'Home page');
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.getByText(/From a file/).first().waitFor();
    await accessible(page);
    await picture(page, 'console-settings-versions');
    await page.getByRole('button', { name: `Bring back version ${first}`, exact: true }).click();
    await page.getByText(/^Draft of/).waitFor();
    await page.frameLocator('.preview iframe').getByText('Good morning, coffee first').first().waitFor();
    assert.ok((await seen()).blocks.some((b) => b.title === 'Coffee, before anything else'));
    // A colleague publishes meanwhile: whoever is second is told.
    const { version, published } = await staff(demo, 'GET', '/pages/home');
    await staff(demo, 'POST', '/pages/home/publish', { version, published });
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Somebody else has changed or published this page meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Show what is there now' }).click();
    await page.getByText(`Version ${first + 2} is published`).waitFor();
  });
});

// What runs is a block: all of it, or one campaign; the preview counts down as the shop does.
test('团购与限时抢购的模块', async () => {
  await visit(browser, `${address}content/home`, { name: 'console-settings-runs', size: deskSize, language: 'zh-CN', refused: quiet.refused }, async (page) => {
    await at(page, 'operator', '首页装修');
    const frame = page.frameLocator('.preview iframe');
    await frame.getByText('一起拼，更划算').waitFor();
    const list = page.locator('.blocks ol > li');
    const before = await list.count();
    await page.getByRole('button', { name: '拼团', exact: true }).click();
    await page.getByText('只显示一个').click();
    await choose(page.locator('.side'), '拼团活动', /砧板/);
    await page.getByLabel('标题（中文文本）').fill('两人一起买砧板');
    await frame.getByText('两人一起买砧板').waitFor();
    assert.equal(await frame.locator('.shelf').filter({ hasText: '两人一起买砧板' }).getByRole('link').count(), 1);
    await accessible(page);
    await picture(page, 'console-settings-runs-one');
    await list.nth(before).getByRole('button', { name: /^移除/ }).click();
    await page.setViewportSize(phoneSize);
    await picture(page, 'console-settings-runs-phone');
  });
});

// In Italian, as the owner of an Italian brand reads it.
test('credenziali sbagliate e poi giuste, e il colore del marchio', async () => {
  const records = await until('WeChat to write down what it knows', () => demo.records().catch(() => ({})), (r) => /"AppSecret":/i.test(JSON.stringify(r)));
  const [, secret] = /"AppSecret":"(\w+)"/i.exec(JSON.stringify(records));
  await visit(browser, `${address}settings/credentials`, { name: 'console-settings-credentials', size: deskSize, language: 'it', refused: [...quiet.refused, '/console/v1/profile'] }, async (page) => {
    await at(page, 'owner', 'WeChat');
    await page.getByRole('button', { name: 'Sostituisci: AppSecret' }).click();
    await page.getByLabel('AppSecret', { exact: true }).fill('0123456789abcdef0123456789abcdef');
    await page.getByRole('button', { name: 'Prova', exact: true }).first().click();
    await page.getByText(/WeChat non accetta questo AppSecret/).waitFor();
    await accessible(page);
    await picture(page, 'console-settings-credentials-wrong');
    await page.getByLabel('AppSecret', { exact: true }).fill(secret);
    await page.getByRole('button', { name: 'Prova', exact: true }).first().click();
    await page.getByText('C’è qualcosa da fare.').waitFor({ state: 'hidden' });
    await page.getByText('Funziona.', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Salva', exact: true }).first().click();
    await page.getByText(/impostato/i).first().waitFor();
    await picture(page, 'console-settings-credentials-right');

    await page.goto(`${address}settings/profile`);
    await page.getByLabel('Colore', { exact: true }).fill('#F4C7B0');
    await page.getByText(/Il bianco ci si legge male/).waitFor();
    await page.getByRole('button', { name: 'Salva', exact: true }).click();
    await page.getByText(/Il testo bianco su questo colore si legge male/).first().waitFor();
    await picture(page, 'console-settings-theme-pale');
    await page.getByLabel('Colore', { exact: true }).fill('#1F5F6B');
    await page.getByText(/Il bianco ci si legge bene/).waitFor();
    await page.getByRole('button', { name: 'Salva', exact: true }).click();
    await page.getByText('Ci sono modifiche non salvate.').waitFor({ state: 'hidden' });
    const { theme } = await until('the colour', () => new Consumer(demo).get(''), (s) => s.theme.accent === '#1F5F6B');
    assert.ok(theme.logo);
  });
  await visit(browser, `${new URL(demo.shop).origin}/shop/casa-lido/`, { name: 'console-settings-theme', size: phoneSize, language: 'it' }, async (page) => {
    await page.locator('.screen').first().waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('[style*="--accent"]')].some((e) => /#1F5F6B/i.test(e.getAttribute('style'))));
  });
});

for (const size of [phoneSize, deskSize]) {
  test(`every page of it at ${size.width} pixels`, async () => {
    const { items: templates } = await staff(demo, 'GET', '/freight-templates');
    const used = templates.find((f) => f.products > 1 && !f.default);
    const refused = [...quiet.refused, `/console/v1/freight-templates/${used.id}`];
    await visit(browser, `${address}settings/setup`, { name: `console-settings-end-${size.width}`, size, refused }, async (page) => {
      await at(page, 'owner', 'Setting up');
      const looks = async (name, path, ready) => {
        if (path) await page.goto(address + path);
        await ready(page).first().waitFor();
        await accessible(page);
        await page.screenshot({ path: new URL(`artifacts/console-settings-${name}-${size.width}.png`, import.meta.url).pathname, fullPage: true });
      };
      await looks('setup', '', (p) => p.getByText('Place a test order'));
      await looks('profile', 'settings/profile', (p) => p.getByText('Minutes to pay'));
      await looks('freight', 'settings/freight', (p) => p.getByText('Default', { exact: true }));
      // What products use stays, and says how many they are.
      await page.getByRole('button', { name: `Remove: ${used.name}` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByText(`${used.products} products use this template`).waitFor();
      await page.locator('main li a').first().click();
      await looks('freight-one', '', (p) => p.getByText('Everywhere else'));
      await looks('aftersale', 'settings/after-sale', (p) => p.getByText('Time limits'));
      await looks('messages', 'settings/messages', (p) => p.getByText('Order paid'));
      await looks('whole-credentials', 'settings/credentials', (p) => p.getByText('Merchant number'));
      await looks('pages', 'content/pages', (p) => p.getByRole('link', { name: 'Our story' }));
      await looks('whole-home', 'content/home', (p) => p.frameLocator('.preview iframe').getByText('Casa Lido').first());
    });
  });
}
