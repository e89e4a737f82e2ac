// The console's catalogue, in Chinese: a category is made, a product with two options, pictures and prices; it is
// published, and a consumer puts it into the cart of the mini program. What somebody writes never runs in either.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { open } from './app.js';
import { accessible, artifacts, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { staff } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, quiet, signIn } from './desk.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

const hostile = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const button = (page, name) => page.getByRole('button', { name, exact: true });
// saved presses the bar's button and waits until nothing is left to save.
async function saved(page, name = '保存') {
  await page.getByRole('region', { name: '有尚未保存的修改。' }).getByRole('button', { name, exact: true }).click();
  await page.getByRole('region', { name: '有尚未保存的修改。' }).waitFor({ state: 'hidden' });
}

test('from a category to a product in a consumer’s cart', async () => {
  const name = 'console-products';
  // Two pictures to send: what is seen on the way.
  await visit(browser, desk(demo), {
    name: `${name}-start`, size: deskSize, language: 'zh-CN', refused: [...quiet.refused, '/console/v1/pictures', '/console/v1/products'],
  }, async (page) => {
    await signIn(page);
    await picture(page, `${name}-one`);
    await page.goto(`${desk(demo)}products`);
    await page.getByRole('heading', { name: '商品', level: 1 }).waitFor();
    await page.getByRole('link', { name: '植鞣牛皮托特包' }).waitFor();
    await accessible(page);
    await picture(page, `${name}-list`);

    await page.goto(`${desk(demo)}categories`);
    await button(page, '新建分类').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称（中文）').fill('丝巾');
    await dialog.getByLabel('名称（英语）').fill('Scarves');
    await picture(page, `${name}-category-dialog`);
    await button(dialog, '保存').click();
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('[data-slug]').filter({ hasText: '丝巾' }).waitFor();
    await button(page, '上移“丝巾”').click();
    await page.getByRole('status').getByText('“丝巾”已移动').waitFor();
    await accessible(page);
    await picture(page, `${name}-categories`);

    await page.goto(`${desk(demo)}products/new`);
    await page.getByRole('textbox', { name: '标题' }).fill('海岸真丝方巾');
    await page.getByLabel('简介').fill('手工卷边，双面同色。');
    await page.getByRole('textbox', { name: '详情' }).click();
    await button(page, '标题').click();
    await page.keyboard.type('面料');
    await page.keyboard.press('Enter');
    await page.keyboard.type('100% 桑蚕丝。');
    await page.getByRole('combobox', { name: '分类' }).fill('丝');
    await page.getByRole('option', { name: '丝巾' }).click();
    await page.keyboard.press('Escape');

    // One file is no picture, and says so; the others are sent.
    const files = page.locator('input[data-test=pictures]');
    await files.setInputFiles(['one', 'list'].map((of) => path.join(artifacts, `${name}-${of}.png`)));
    await files.setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') },
      { name: 'false.png', mimeType: 'image/png', buffer: Buffer.from('no picture either') },
    ]);
    await button(page, '移除第 2 张图片').waitFor();
    await page.getByText('不支持这种文件').waitFor();
    await page.getByText('这不是可以显示的图片').waitFor();
    for (let n = 0; n < 2; n++) await button(page, '关闭').first().click();
    const cover = () => page.locator('.tile.done img').first().getAttribute('src');
    const first = await cover();
    await button(page, '将第 2 张图片左移').click();
    assert.notEqual(await cover(), first);
    await page.locator('.tile.done').nth(1).dragTo(page.locator('.tile.done').nth(0));
    assert.equal(await cover(), first);
    await page.getByLabel('第 1 张图片的说明').fill('方巾平铺');

    for (const [n, option, values] of [[1, '颜色', '海蓝、米白'], [2, '尺寸', '53 厘米、90 厘米']]) {
      await button(page, '添加规格').click();
      await page.getByLabel(`规格 ${n} 的名称`).fill(option);
      await page.getByLabel(`为“${option}”添加值`).fill(values);
      await page.getByLabel(`为“${option}”添加值`).press('Enter');
    }
    assert.equal(await page.locator('.frame tbody tr').count(), 4);
    await button(page, '全部').click();
    const fill = page.getByRole('group', { name: '为 4 行填入：' });
    await fill.getByLabel('为所选行填入价格').fill('680');
    await fill.getByLabel('为所选行填入库存').fill('12');
    await fill.getByLabel('为所选行填入重量').fill('90');
    await button(fill, '填入').click();
    // A price of one's own stays when a value is added and taken away.
    await page.getByLabel('米白 / 90 厘米的价格', { exact: true }).fill('980');
    await page.getByLabel('为“颜色”添加值').fill('珊瑚');
    await page.getByLabel('为“颜色”添加值').press('Enter');
    assert.equal(await page.locator('.frame tbody tr').count(), 6);
    await button(page, '删除值“珊瑚”').click();
    assert.equal(await page.getByLabel('米白 / 90 厘米的价格', { exact: true }).inputValue(), '980');
    // The server's word about a row stands in it.
    await page.getByLabel('米白 / 90 厘米的划线价', { exact: true }).fill('100');
    await button(page, '保存商品').first().click();
    await page.locator('.frame tbody tr.bad').getByText('划线价须高于价格。').waitFor();
    await accessible(page);
    await picture(page, `${name}-wrong`);
    await page.getByLabel('米白 / 90 厘米的划线价', { exact: true }).fill('');
    await button(page, '保存商品').first().click();
    await page.getByRole('heading', { name: '海岸真丝方巾', level: 1 }).waitFor();
    await accessible(page);
    await picture(page, `${name}-editor`);
    await page.getByRole('heading', { name: '图片', exact: true }).evaluate((e) => e.scrollIntoView());
    await picture(page, `${name}-pictures`);
    await page.getByRole('region', { name: '价格和库存' }).evaluate((e) => e.scrollIntoView({ block: 'center' }));
    await picture(page, `${name}-grid`);

    await button(page, '上架').click();
    await page.getByText('已上架', { exact: true }).first().waitFor();
    assert.match(await page.getByRole('link', { name: '在商城中查看' }).getAttribute('href'), /^\/shop\/casa-lido\/pages\/product\/product\?handle=/);
    // Who leaves with changes is asked.
    await page.getByRole('textbox', { name: '标题' }).fill('海岸真丝方巾 2026');
    await page.getByRole('link', { name: '商品', exact: true }).first().click();
    await button(page, '留下').click();
    await saved(page);
  });

  await open({ browser, demo }, 'silk', 'zh-CN', `${name}-cart`, async (p) => {
    await p.text(p.t('home.everything')).waitFor();
    await p.link(p.t('search.hint')).click();
    await p.field(p.t('search')).fill('真丝方巾');
    await p.button(p.t('search')).click();
    await p.link('海岸真丝方巾 2026').first().click();
    await p.title('海岸真丝方巾 2026');
    await picture(p.page, `${name}-shop`);
    await p.button(p.t('addToCart')).click();
    await p.button('米白').click();
    await p.button('90 厘米').click();
    await p.app.getByText('980').filter({ visible: true }).first().waitFor();
    await p.button(p.t('sku.confirm')).click();
    await p.text(p.t('addedToCart')).waitFor();
    await p.button(p.t('cart.with', { n: 1 })).click();
    await p.app.getByText('海岸真丝方巾 2026').filter({ visible: true }).first().waitFor();
  });
});

test('a colleague was quicker: theirs is seen, or ours is saved over it', async () => {
  const product = await staff(demo, 'POST', '/products', { title: { 'zh-CN': '陶瓷花瓶' }, skus: [{ price_fen: 10000, stock: 3 }] });
  const change = (title) => staff(demo, 'GET', `/products/${product.handle}`).then((now) => staff(demo, 'PUT', `/products/${product.handle}`, {
    version: now.version, title: { 'zh-CN': title }, skus: [{ no: now.skus[0].no, price_fen: 10000 }],
  }));
  await visit(browser, `${desk(demo)}products/of/${encodeURIComponent(product.handle)}`, {
    name: 'console-products-conflict', size: deskSize, language: 'zh-CN',
    refused: [...quiet.refused, `/console/v1/products/${encodeURIComponent(product.handle)}`],
  }, async (page) => {
    await signIn(page);
    const title = page.getByRole('textbox', { name: '标题' });
    const dialog = page.getByRole('dialog', { name: '有人先保存了这个商品' });
    const save = () => button(page.getByRole('region', { name: '有尚未保存的修改。' }), '保存').click();
    await change('陶瓷花瓶（同事）');
    await title.fill('陶瓷花瓶（我）');
    await save();
    await accessible(page);
    await picture(page, 'console-products-conflict-dialog');
    await button(dialog, '查看对方的版本').click();
    await page.getByRole('heading', { name: '陶瓷花瓶（同事）', level: 1 }).waitFor();
    assert.equal(await title.inputValue(), '陶瓷花瓶（同事）');
    await change('陶瓷花瓶（又一次）');
    await title.fill('陶瓷花瓶（我）');
    await save();
    await button(dialog, '用我的覆盖').click();
    await page.getByRole('heading', { name: '陶瓷花瓶（我）', level: 1 }).waitFor();
    const now = await staff(demo, 'GET', `/products/${product.handle}`);
    assert.deepEqual(now.title, { 'zh-CN': '陶瓷花瓶（我）' });

    // Pieces that were sold meanwhile are not put back by whoever counts what was there before.
    await page.getByLabel('此商品的库存').fill('8');
    await staff(demo, 'POST', `/stock/${now.skus[0].no}/corrections`, { on_hand: 2, was: 3, reason: 'counted' });
    await save();
    await page.getByText('库存刚刚变成 2。').waitFor();
    await save();
    await page.getByRole('region', { name: '有尚未保存的修改。' }).waitFor({ state: 'hidden' });
    assert.equal((await staff(demo, 'GET', `/products/${product.handle}`)).skus[0].on_hand, 8);
  });
});

test('what somebody writes does not run, in the console or in the shop', async () => {
  const sku = (choice) => ({ choice, price_fen: 10000, stock: 5 });
  const title = `Vase ${hostile}`;
  const product = await staff(demo, 'POST', '/products', {
    handle: 'hostile', title: { 'zh-CN': title, en: title }, summary: { en: hostile }, vendor: hostile, tags: [hostile.slice(0, 60)],
    body: { en: `<p>Body</p>${hostile}<a href="javascript:window.ran=1">x</a><svg onload="window.ran=1"></svg>` },
    options: [{ name: { en: hostile.slice(0, 60) }, values: [{ en: hostile.slice(0, 60) }, { en: 'plain' }] }], skus: [sku([0]), sku([1])],
  });
  await staff(demo, 'PUT', `/products/${product.handle}/state`, { state: 'published' });
  await staff(demo, 'POST', '/categories', { slug: 'hostile', name: { en: hostile }, published: false });
  const ran = (page) => page.evaluate(() => window.ran);
  await visit(browser, `${desk(demo)}products`, { name: 'console-products-hostile', size: deskSize, bypassCSP: true, ...quiet }, async (page) => {
    await signIn(page);
    await page.getByText(title).waitFor();
    assert.equal(await ran(page), undefined);
    await page.goto(`${desk(demo)}products/of/hostile`);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    const rich = page.getByRole('textbox', { name: 'Description' });
    await rich.getByText('Body').waitFor();
    // Nor does what is pasted, or written as HTML by hand.
    await rich.click();
    await page.evaluate((html) => {
      const data = new DataTransfer();
      data.setData('text/html', html);
      document.querySelector('.ProseMirror').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, `<p>pasted</p>${hostile}<iframe src="javascript:window.parent.ran=1"></iframe>`);
    await rich.getByText('pasted').waitFor();
    await button(page, 'HTML').click();
    await page.locator('.rich textarea').fill(`<p>by hand</p><svg onload="window.ran=1"></svg><img src="https://elsewhere.example/x.png" onerror="window.ran=1">`);
    await button(page, 'HTML').click();
    assert.equal(await ran(page), undefined);
    await page.getByRole('textbox', { name: 'Description' }).getByText('Picture of another site').waitFor();
    assert.equal(await ran(page), undefined);
    await button(page, 'Undo changes').click();
    await page.goto(`${desk(demo)}categories`);
    await page.getByText(hostile).first().waitFor();
    assert.equal(await ran(page), undefined);
  });
  await open({ browser, demo }, 'hostile', 'en', 'console-products-hostile-shop', async (p) => {
    await p.text(p.t('home.everything')).waitFor();
    await p.link(p.t('search.hint')).click();
    await p.field(p.t('search')).fill('Vase');
    await p.button(p.t('search')).click();
    await p.link(title).first().click();
    await p.app.locator('.product-name').getByText(title).waitFor();
    await p.button(p.t('addToCart')).click();
    await p.button(hostile.slice(0, 60)).first().waitFor();
    assert.equal(await p.frame().evaluate(() => window.ran), undefined);
    assert.equal(await p.frame().evaluate(() => document.querySelectorAll('img[onerror], .screen script').length), 0);
  });
});

test('on a phone', async () => {
  await visit(browser, `${desk(demo)}products`, { name: 'console-products-phone', size: phoneSize, language: 'it', ...quiet }, async (page) => {
    await signIn(page, 'operator');
    await page.getByRole('link', { name: 'Borsa shopper in pelle' }).waitFor();
    await accessible(page);
    await picture(page, 'console-products-phone-list');
    await page.getByRole('link', { name: 'Borsa shopper in pelle' }).click();
    await page.getByRole('heading', { level: 1, name: 'Borsa shopper in pelle' }).waitFor();
    await page.getByRole('textbox', { name: 'Descrizione' }).waitFor();
    await accessible(page);
    await picture(page, 'console-products-phone-editor');
    await page.locator('.frame tbody tr').first().scrollIntoViewIfNeeded();
    await picture(page, 'console-products-phone-grid');
    await page.goto(`${desk(demo)}categories`);
    await page.locator('[data-slug]').first().waitFor();
    await accessible(page);
    await picture(page, 'console-products-phone-categories');
  });
});

test('what is done to many, at a time, and what cannot be done', async () => {
  const make = (title, price, stock) => staff(demo, 'POST', '/products', { title: { en: title }, skus: [{ price_fen: price, stock }] });
  const [bowl, plate] = [await make('Sand bowl', 10000, 4), await make('Sand plate', 5050, 0)];
  await staff(demo, 'POST', '/categories', { slug: 'above', name: { en: 'Above' }, published: true });
  await staff(demo, 'POST', '/categories', { slug: 'below', name: { en: 'Below' }, published: true });
  const read = (p) => staff(demo, 'GET', `/products/${p.handle}`);
  await visit(browser, `${desk(demo)}products?q=Sand`, {
    name: 'console-products-bulk', size: deskSize, refused: [...quiet.refused, `/console/v1/products/${bowl.handle}/state`],
  }, async (page) => {
    await signIn(page);
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: 'Sand bowl' }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).press(' ');
    await accessible(page);
    await picture(page, 'console-products-selection');

    await button(page, 'Prices and stock').click();
    await dialog.getByLabel('Percent').fill('10');
    await button(dialog, 'To all').click();
    await dialog.getByLabel('Stock of Sand plate').fill('6');
    await accessible(page);
    await picture(page, 'console-products-prices');
    await button(dialog, 'Save').click();
    await dialog.waitFor({ state: 'hidden' });
    assert.deepEqual((await Promise.all([bowl, plate].map(read))).map((p) => [p.skus[0].price_fen, p.skus[0].on_hand]), [[9000, 4], [4545, 6]]);

    await button(page, 'Publish').click();
    await page.getByText('2 products are done').first().waitFor();
    assert.equal((await read(plate)).state, 'published');
    await button(page, 'Category').click();
    await dialog.getByRole('combobox').fill('Abo');
    await page.getByRole('option', { name: 'Above' }).click();
    await button(dialog, 'Save').click();
    await dialog.waitFor({ state: 'hidden' });
    assert.deepEqual((await read(bowl)).categories, ['above']);
    await button(page, 'Unpublish').click();
    await page.locator('.tag', { hasText: 'Draft' }).nth(1).waitFor();

    await button(page, 'Export').click();
    const [file] = await Promise.all([page.waitForEvent('download'), button(dialog, 'Download').click()]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);

    // A copy is made of one, and put away again.
    await button(page, 'Actions for Sand bowl').click();
    await page.getByRole('menuitem', { name: 'Copy' }).click();
    await page.waitForURL(/products\/of\/sand-bowl-copy/);
    await page.getByRole('heading', { name: 'Sand bowl', level: 1 }).waitFor();
    await button(page, 'More').click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await button(page.getByRole('dialog'), 'Archive').click();
    await page.getByText('Archived', { exact: true }).first().waitFor();
    await button(page, 'Restore').click();
    await page.locator('.tag', { hasText: 'Draft' }).waitFor();

    // It is published at a time to come, and not at one that has passed.
    await page.goto(`${desk(demo)}products/of/${bowl.handle}`);
    const at = async (when) => {
      await button(page, 'More').click();
      await page.getByRole('menuitem', { name: 'Publish at a time' }).click();
      await dialog.getByRole('combobox', { name: 'When' }).fill(when);
      await dialog.getByRole('combobox', { name: 'When' }).press('Enter');
      await button(dialog, 'Publish at a time').click();
    };
    await at('2020-01-01 10:00');
    await dialog.getByText(/not valid/).waitFor();
    await page.keyboard.press('Escape');
    await at('2099-01-01 10:00');
    await page.locator('.tag', { hasText: 'Scheduled' }).waitFor();
    assert.equal((await read(bowl)).publish_at, Date.parse('2099-01-01T10:00:00+08:00'));

    // A category is dragged into another; what is not empty cannot be removed, and it says why.
    await page.goto(`${desk(demo)}categories`);
    const row = (slug) => page.locator(`[data-slug=${slug}]`);
    await row('below').dragTo(row('above'));
    await page.getByRole('status').getByText('Below was moved').waitFor();
    const { items } = await staff(demo, 'GET', '/categories');
    assert.deepEqual(items.find((c) => c.slug === 'above').children.map((c) => c.slug), ['below']);
    await button(page, 'Remove Above').click();
    await dialog.getByText('3 products are in it, archived ones counted. 1 category is below it. Move them elsewhere first.').waitFor();
    await accessible(page);
    await picture(page, 'console-products-category-full');
    await button(dialog, 'Close').click();
    await button(page, 'Remove Below').click();
    await button(dialog, 'Remove').click();
    await row('below').waitFor({ state: 'detached' });
  });
});
