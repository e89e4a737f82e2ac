// The console's marketing: a campaign of small groups with its preview until a group has formed, a promotion and a
// coupon that an order uses, a flash sale, and a review that is decided and answered.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { address, Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, quiet, signIn } from './desk.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// looked has a page looked at: on a desk and on a phone.
async function looked(page, name) {
  await accessible(page);
  await picture(page, `${name}-1280`);
  await page.setViewportSize(phoneSize);
  await accessible(page);
  await page.screenshot({ path: new URL(`artifacts/${name}-390.png`, import.meta.url).pathname, fullPage: true });
  await page.setViewportSize(deskSize);
}

async function someone(name, language = 'en') {
  const me = await new Consumer(demo, language).signIn(name);
  me.address = (await me.post('/addresses', address)).no;
  return me;
}

// buys places an order and says what it cost.
async function buys(me, handle, more = {}) {
  const { skus } = await me.get(`/products/${handle}`);
  const { quantity = 1, ...wish } = more;
  const basket = { lines: [{ sku: skus.find((s) => s.available > 0).no, quantity }], address: me.address, ...wish };
  const { total_fen } = await me.post('/quote', basket);
  return me.post('/orders', { ...basket, expected_total_fen: total_fen });
}

// choose finds a product in a choice, by some of its title, once what does not have it is gone from the list: what moves
// away is not clicked.
async function choose(page, label, words, title) {
  const found = page.waitForResponse((r) => new URL(r.url()).searchParams.get('q') === words);
  await page.getByRole('combobox', { name: label, exact: true }).fill(words);
  await found;
  await page.getByRole('option', { name: title }).first().click();
}

test('a campaign is made with its preview, a group forms, and its figures are seen', async () => {
  await visit(browser, `${desk(demo)}group-campaigns`, { name: 'console-groups', ...quiet }, async (page) => {
    await signIn(page, 'operator', 'Small groups');
    await page.getByRole('link', { name: 'Espresso cups' }).waitFor();
    await looked(page, 'console-groups-list');
    await page.getByRole('button', { name: 'New campaign' }).click();

    // What is not there yet is said at its field, and before the server is asked.
    await page.getByRole('button', { name: 'Start campaign' }).click();
    await page.getByText('Choose the product.').waitFor();
    await choose(page, 'Product', 'moka', /Moka pot/);
    const price = page.getByRole('textbox', { name: /^Group price of/ }).first();
    await price.fill('9999');
    await page.getByText(/may not be above the price alone/).waitFor();
    await page.getByText('Once product, prices and time are there').waitFor();
    await looked(page, 'console-groups-refused');

    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('textbox', { name: /^Leader’s price of/ }).first().fill('150');
    await page.getByRole('spinbutton', { name: 'Members of a group' }).fill('2');
    await page.keyboard.press('Tab');
    const preview = page.getByRole('complementary', { name: 'What it would mean' });
    await preview.getByText('Given away per group').first().waitFor();
    await preview.getByText('in groups of 2').waitFor();
    // It begins now, not with the next hour.
    await page.getByRole('combobox', { name: 'Groups open from' }).fill('2026-01-01 08:00');
    await page.keyboard.press('Enter');
    await looked(page, 'console-groups-editor');
    await page.getByRole('button', { name: 'Start campaign' }).click();
    await page.getByRole('heading', { name: 'Moka pot', level: 1 }).waitFor();
    const campaign = new URL(page.url()).pathname.split('/').at(-1);

    // Who has looked at a form without changing anything is not asked whether to leave it.
    await page.getByRole('button', { name: 'Change campaign' }).click();
    assert.equal(await page.getByRole('textbox', { name: /^Group price of/ }).first().inputValue(), '159.00');
    await page.getByRole('link', { name: 'Moka pot' }).click();
    await page.getByRole('heading', { name: 'Moka pot', level: 1 }).waitFor();

    // The same articles again, in the same time, is refused at the articles.
    await page.goto(`${desk(demo)}group-campaigns/new`);
    await choose(page, 'Product', 'moka', /Moka pot/);
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('Another campaign has this article in the same time.').first().waitFor();

    // Two form a group; one opens another.
    const [leader, second, third] = await Promise.all(['leader', 'second', 'third'].map((n) => someone(`desk-${n}`)));
    const first = await leader.pay(await buys(leader, 'moka-pot', { group: { campaign } }));
    await page.goto(`${desk(demo)}group-campaigns/${campaign}`);
    await page.getByText('1 of 2').waitFor();
    await second.pay(await buys(second, 'moka-pot', { group: { campaign, group: first.group.no } }));
    await page.getByRole('cell', { name: 'Formed' }).waitFor(); // without a reload
    await third.pay(await buys(third, 'moka-pot', { group: { campaign } }));
    await page.reload();
    await page.getByText('Success rate').waitFor();
    await page.getByText('100%').first().waitFor();
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await page.getByText('Success rate').hover();
    await page.getByText('Groups that formed, of all that formed or ran out of time.').waitFor();
    await page.mouse.move(0, 0);
    await page.getByText('1 of 2').waitFor();
    await looked(page, 'console-groups-campaign');

    await page.getByRole('link', { name: /^Group of/ }).last().click();
    await page.getByRole('heading', { name: /^Group …/ }).waitFor();
    await page.getByText('Leader', { exact: false }).or(page.getByText('团长')).first().waitFor();
    await looked(page, 'console-groups-group');

    // Who has paid in an open group gets the money back when the campaign is cancelled; the formed group stays.
    await page.goto(`${desk(demo)}group-campaigns/${campaign}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('The campaign is paused').waitFor();
    await page.getByRole('button', { name: 'Cancel campaign' }).click();
    const dialog = page.getByRole('dialog').filter({ visible: true });
    await dialog.getByText(/Members who get their money back: 1/).waitFor();
    await accessible(page);
    await picture(page, 'console-groups-cancel');
    await dialog.getByRole('button', { name: 'End it for good' }).click();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    await until('the money back', async () => (await third.get('/orders')).items[0], (o) => o.refunded_fen === o.total_fen);
    assert.equal((await leader.read(first)).refunded_fen ?? 0, 0);
    await page.goto(`${desk(demo)}groups`);
    await page.getByRole('heading', { name: 'Groups now' }).waitFor();
    await page.getByText('Formed').first().waitFor();
    await looked(page, 'console-groups-live');
  });
});

test('促销和优惠券建好、领取、用在订单里，限时抢购也卖出', async () => {
  await visit(browser, `${desk(demo)}promotions`, { name: 'console-promotions', language: 'zh-CN', ...quiet }, async (page) => {
    await signIn(page, 'operator', '促销');
    await page.getByText('限时抢购').first().waitFor();
    await looked(page, 'console-promotions-list');

    await page.getByRole('button', { name: '新建促销' }).click();
    await page.getByRole('button', { name: '开始', exact: true }).click();
    await page.getByText('请至少用一种语言填写名称。').waitFor();
    await page.getByRole('textbox', { name: '名称 (中文)' }).fill('厨房九折');
    await choose(page, '商品', '摩卡', /摩卡/);
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: '满多少元' }).fill('100');
    const words = page.getByRole('complementary', { name: '规则说明' });
    await words.getByText(/摩卡.*满 ¥100\.00 享优惠 10%，可叠加优惠券。/).waitFor();
    await begins(page, '开始时间');
    await looked(page, 'console-promotions-editor');
    await page.getByRole('button', { name: '开始', exact: true }).click();
    await page.getByRole('heading', { name: '厨房九折', level: 1 }).waitFor();
    const promotion = new URL(page.url()).pathname.split('/').at(-1);

    await page.goto(`${desk(demo)}coupons`);
    await page.getByRole('heading', { name: '优惠券', level: 1 }).waitFor();
    await looked(page, 'console-coupons-list');
    await page.getByRole('button', { name: '新建优惠券' }).click();
    await page.getByRole('textbox', { name: '名称 (中文)' }).fill('见面礼');
    await page.getByRole('textbox', { name: '减多少' }).fill('15');
    await page.getByRole('spinbutton', { name: '发行总量' }).fill('5');
    await looked(page, 'console-coupons-editor');
    await page.getByRole('button', { name: '创建优惠券' }).click();
    await page.getByRole('heading', { name: '见面礼', level: 1 }).waitFor();
    const coupon = new URL(page.url()).pathname.split('/').at(-1);

    const me = await someone('buys-cheaply', 'zh-CN');
    const claim = await me.post(`/coupons/${coupon}/claims`);
    const order = await buys(me, 'moka-pot', { coupon: claim.no });
    assert.deepEqual(order.adjustments.filter((a) => a.amount_fen < 0).map((a) => a.kind).sort(), ['coupon', 'promotion']);
    await page.reload();
    await page.getByText('待付款占用').first().waitFor();
    await me.pay(order);
    await page.reload();
    await page.locator('dl').filter({ hasText: '已使用' }).getByText('1', { exact: true }).first().waitFor();
    await looked(page, 'console-coupons-coupon');
    await page.goto(`${desk(demo)}promotions/${promotion}`);
    await page.getByText('促销效果').waitFor();
    await page.getByText('订单数').waitFor();
    await looked(page, 'console-promotions-promotion');
    const { numbers } = await staff(demo, 'GET', `/promotions/${promotion}`);
    assert.equal(numbers.orders, 1);
    await page.getByRole('button', { name: '暂停' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '暂停' }).click();
    await page.getByText('已暂停').first().waitFor();

    await page.goto(`${desk(demo)}promotions/flash-sale`);
    await page.getByRole('heading', { name: '新建限时抢购' }).waitFor();
    await page.getByRole('textbox', { name: '名称 (中文)' }).fill('毛毯快抢');
    await choose(page, '抢购商品', '羊毛', /羊毛/);
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: /的活动价/ }).first().fill('100');
    await page.getByRole('spinbutton', { name: '总件数' }).fill('3');
    await page.getByRole('spinbutton', { name: '每人限购' }).fill('1');
    await begins(page, '开始时间');
    await looked(page, 'console-flash-editor');
    await page.getByRole('button', { name: '开始', exact: true }).click();
    await page.getByRole('heading', { name: '毛毯快抢', level: 1 }).waitFor();
    await page.getByText('已售 0，剩余 3').waitFor();
    await me.pay(await buys(me, 'wool-throw'));
    await page.reload();
    await page.getByText('已售 1，剩余 2').waitFor();
    await looked(page, 'console-flash-one');
  });
});

// begins lets something begin long ago: at once.
async function begins(page, label) {
  await page.getByRole('combobox', { name: label }).fill('2026-01-01 08:00');
  await page.keyboard.press('Enter');
}

// photograph is a picture of something, as a consumer might send it.
async function photograph(what) {
  const page = await browser.newPage({ viewport: { width: 600, height: 600 } });
  await page.setContent(await readFile(new URL(`../cmd/hutong/casalido/pictures/${what}.svg`, import.meta.url), 'utf8'));
  const photo = await page.screenshot();
  await page.close();
  return photo;
}

test('codes are made and kept, a coupon is given, a review is decided and answered', async () => {
  const me = await someone('reviewer');
  const order = await me.pay(await buys(me, 'olive-oil-soap'));
  await staff(demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill: 'SF0000001' }] });
  await me.post(`/orders/${order.no}/receipt`);
  const form = new FormData();
  form.append('file', new Blob([await photograph('olive-oil-soap')], { type: 'image/png' }), 'soap.png');
  const sent = await fetch(`${demo.shop}/pictures`, { method: 'POST', headers: me.headers, body: form });
  const photo = await sent.json();
  assert.equal(sent.status, 201, JSON.stringify(photo));
  await me.post('/reviews', { order: order.no, line: 0, rating: 2, words: '疑似词 It crumbles.', pictures: [photo.no] });
  await until('WeChat to have looked', () => staff(demo, 'GET', '/reviews?status=held'), (r) => r.items.length === 1);

  await visit(browser, `${desk(demo)}reviews`, { name: 'console-reviews', ...quiet }, async (page) => {
    await signIn(page, 'owner', 'Reviews');
    await page.getByRole('button', { name: 'Waiting for you' }).click();
    await page.getByText('It crumbles.').waitFor();
    await looked(page, 'console-reviews-list');
    await page.getByRole('button', { name: /It crumbles/ }).click();
    const drawer = page.getByRole('dialog', { name: 'Review' });
    await drawer.getByRole('button', { name: 'Show picture 1 large' }).waitFor();
    await looked(page, 'console-reviews-one');
    await drawer.getByRole('button', { name: 'Show picture 1 large' }).click();
    await page.getByRole('dialog', { name: 'Picture 1 of 1' }).waitFor();
    await accessible(page);
    await picture(page, 'console-reviews-picture');
    await page.keyboard.press('Escape');
    await drawer.getByRole('button', { name: 'Reply' }).click();
    const reply = page.getByRole('dialog', { name: 'Reply' });
    await reply.getByLabel('Reply').fill('We are sorry; a new one is on its way.');
    await reply.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The reply was saved').waitFor();
    await drawer.getByRole('button', { name: 'Publish' }).click();
    const verdict = page.getByRole('dialog', { name: 'Publish' });
    await verdict.getByLabel('Reason').fill('Nothing is wrong with it.');
    await verdict.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Decided', { exact: true }).waitFor();
    const { items: [shown] } = await me.get('/products/olive-oil-soap/reviews');
    assert.match(shown.reply, /We are sorry/);
    await drawer.getByRole('button', { name: 'Hide' }).waitFor();
    await page.keyboard.press('Escape');

    await page.goto(`${desk(demo)}coupons/new`);
    await page.getByRole('textbox', { name: 'Name (English)' }).fill('Thanks');
    await page.getByText('Who has a code', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Amount off' }).fill('10');
    await page.getByRole('button', { name: 'Make coupon' }).click();
    await page.getByRole('heading', { name: 'Thanks', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Make codes' }).click();
    await page.getByRole('dialog').getByRole('spinbutton').fill('3');
    await page.getByRole('dialog').getByRole('button', { name: 'Make codes' }).click();
    const made = page.getByRole('dialog', { name: '3 codes' });
    const download = page.waitForEvent('download');
    await made.getByRole('button', { name: 'Download' }).click();
    const kept = await readFile(await (await download).path(), 'utf8');
    const codes = kept.trim().split('\r\n').slice(1);
    assert.equal(codes.length, 3);
    await accessible(page);
    await picture(page, 'console-coupons-codes');
    await made.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('3 codes made').waitFor();
    await (await someone('has-a-code')).post('/coupon-codes', { code: codes[0] });

    await page.getByRole('button', { name: 'Give out' }).click();
    const give = page.getByRole('dialog', { name: 'Give to customers' });
    await give.getByRole('button', { name: 'Give out' }).click();
    await give.getByText('Choose at least one customer.').waitFor();
    await give.locator('.el-checkbox').last().click();
    await accessible(page);
    await picture(page, 'console-coupons-give');
    await give.getByRole('button', { name: 'Give out' }).click();
    await page.getByText('1 given out, 0 skipped').waitFor();
    await page.getByText('Claimed').first().waitFor();
  });
});

test('who may only look has nothing to press', async () => {
  await visit(browser, `${desk(demo)}promotions`, { name: 'console-marketing-viewer', ...quiet }, async (page) => {
    await signIn(page, 'viewer', 'Promotions');
    await page.getByRole('link', { name: /Candles/ }).click();
    await page.getByText('What it brought').waitFor();
    assert.equal(await page.getByRole('main').getByRole('button').count(), 0);
    await page.goto(`${desk(demo)}group-campaigns`);
    await page.getByRole('link', { name: /Espresso cups/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'New campaign' }).count(), 0);
    await page.goto(`${desk(demo)}group-campaigns/new`);
    await page.getByRole('heading', { name: 'This page is not for your role' }).waitFor();
  });
});
