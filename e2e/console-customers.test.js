// Customers at the desk, in Chinese: a level that is made and set makes the consumer's quote cheaper; a segment is counted,
// a coupon issued to it, and used. Each page at the size of a desk and of a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { address, Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';
import { choose, desk, quiet, signIn } from './desk.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

const day = 24 * 60 * 60 * 1000;

// looks keeps what a page is like at both sizes, once axe has nothing to say of it.
async function looks(page, name) {
  for (const size of [phoneSize, deskSize]) {
    await page.setViewportSize(size);
    await accessible(page);
    await picture(page, `console-customers-${name}-${size.width}`);
  }
}

test('a level set at the desk makes the quote cheaper, and a coupon goes to a segment', async () => {
  const me = await new Consumer(demo, 'zh-CN').signIn('level');
  const bought = await me.pay(await me.order('moka-pot'));
  const { no } = await me.get('/me');
  const { skus } = await me.get('/products/moka-pot');
  const basket = { lines: [{ sku: skus.find((s) => s.available > 0).no, quantity: 1 }], address: (await me.get('/addresses')).items[0].no };
  const before = await me.post('/quote', basket);

  await visit(browser, `${desk(demo)}member-levels`, { name: 'console-customers-end', size: deskSize, language: 'zh-CN', ...quiet }, async (page) => {
    await signIn(page, 'owner', '会员等级');

    // A level, and somebody who has it.
    await page.getByRole('button', { name: '新建等级' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/名称 · 中文/).fill('金卡');
    await dialog.getByLabel(/名称 · English/).fill('Gold');
    await looks(page, 'level-new');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByText('金卡', { exact: true }).waitFor();
    await looks(page, 'levels');
    await page.goto(`${desk(demo)}customers?paid_from=1`);
    await page.getByRole('link', { name: '王**' }).first().waitFor();
    await looks(page, 'list');
    await page.goto(`${desk(demo)}customers/${no}`);
    await page.getByRole('link', { name: bought.no }).waitFor();
    await page.getByRole('button', { name: '设置等级' }).click();
    await choose(page.getByRole('dialog'), undefined, /金卡/);
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.getByText('金卡').first().waitFor();
    await page.getByRole('button', { name: '查看姓名与电话' }).click();
    await page.getByRole('heading', { name: address.name }).waitFor();
    await looks(page, 'one');

    // What is for that level is in the consumer's quote.
    const now = Date.now();
    await staff(demo, 'POST', '/promotions', {
      name: { 'zh-CN': '金卡专享减 10' }, conditions: { level_from: 1, products: ['moka-pot'] }, effect: { kind: 'amount', amount_fen: 1_000 }, coupons: true, stackable: true,
      starts_at: now - 1000, ends_at: now + day,
    });
    const cheaper = await me.post('/quote', basket);
    assert.equal(cheaper.total_fen, before.total_fen - 1_000);
    const stranger = await new Consumer(demo, 'zh-CN').signIn('no-level');
    assert.equal((await stranger.post('/quote', { lines: basket.lines })).goods_fen, before.goods_fen);
    assert.ok(!(await stranger.post('/quote', { lines: basket.lines })).applied?.some((a) => a.name === '金卡专享减 10'));

    // A segment is counted while it is being made.
    const coupon = await staff(demo, 'POST', '/coupons', {
      name: { 'zh-CN': '老顾客 5 元券' }, access: 'issued', conditions: {}, effect: { kind: 'amount', amount_fen: 500 }, stackable: true, back: 'unsent', per_user: 1,
      claim_from: now - 1000, claim_until: now + day, valid_days: 7,
    });
    await page.goto(`${desk(demo)}segments`);
    await page.getByText('还没有人群').waitFor();
    await looks(page, 'segments-none');
    await page.getByRole('link', { name: '新建人群' }).first().click();
    await page.getByLabel('名称').fill('金卡老顾客');
    await page.getByLabel('已付订单不少于').fill('1');
    await page.getByLabel('已付订单不少于').blur();
    await choose(page, '等级不低于', '金卡');
    await page.getByRole('status').filter({ hasText: '符合条件' }).getByText('1', { exact: true }).waitFor();
    await looks(page, 'segment-new');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '金卡老顾客' }).waitFor();
    await page.getByRole('button', { name: '发放优惠券' }).click();
    await choose(page.getByRole('dialog'), undefined, '老顾客 5 元券');
    await looks(page, 'issue');
    await page.getByRole('dialog').getByRole('button', { name: '发放' }).click();
    await page.getByText('已完成', { exact: true }).waitFor();
    await page.getByText('已发 1 · 跳过 0 · 共 1').waitFor();
    await looks(page, 'segment');
    await page.goto(`${desk(demo)}segments`);
    await page.getByText(/金卡及以上/).waitFor();
    await looks(page, 'segments');

    // The coupon is there, is taken by itself, and used.
    const again = await me.post('/quote', basket);
    assert.equal(again.total_fen, cheaper.total_fen - 500);
    await me.pay(await me.post('/orders', { ...basket, expected_total_fen: again.total_fen }));
    const { claimed, used } = await until('the coupon to be used', () => staff(demo, 'GET', `/coupons/${coupon.no}`), (c) => c.used === 1);
    assert.deepEqual([claimed, used], [1, 1]);
    await page.goto(`${desk(demo)}customers/${no}`);
    await page.getByText('老顾客 5 元券').waitFor();
    await page.getByText('已使用').waitFor();
  });

  // What was done is in the log, and who was looked at.
  const { items } = await staff(demo, 'GET', '/audit-log?limit=100');
  for (const action of ['level.create', 'customer.level', 'customer.read', 'segment.create', 'coupon.issue_to']) {
    assert.ok(items.some((i) => i.action === action), action);
  }
});

// Who may look and no more sees no button that would be refused, and no whole name.
test('a viewer changes nothing', async () => {
  await visit(browser, `${desk(demo)}customers`, { name: 'console-customers-viewer', size: deskSize, language: 'zh-CN', ...quiet }, async (page) => {
    await signIn(page, 'viewer', '顾客');
    await page.getByRole('link', { name: '王**' }).first().click();
    await page.getByRole('heading', { name: '资料' }).waitFor();
    for (const name of ['设置等级', '查看姓名与电话', '发放优惠券']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    await page.goto(`${desk(demo)}member-levels`);
    await page.getByText('金卡', { exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: '新建等级' }).count(), 0);
  });
});
