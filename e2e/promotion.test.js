// What makes an order cheaper, as a person meets it: the flash sale with its countdown, the coupon centre and a code,
// my coupons, and the choice at the checkout with what explains it. In every language, at the size of a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, seen } from './app.js';
import { openBrowser } from './browser.js';
import { address, Consumer, staff } from './consumer.js';
import { openDemo } from './demo.js';
import { Phone } from './phone.js';

const languages = {
  'zh-CN': { sale: '香薰蜡烛限时购', coupon: '初次见面', search: '托特', product: '植鞣牛皮托特包', choose: ['干邑棕', '小号'], leather: '皮具满 1000 减 100', pay: '支付', sheet: '请确认支付' },
  en: { sale: 'Candles, for a few days', coupon: 'Nice to meet you', search: 'tote', product: 'Leather tote', choose: ['Cognac', 'Small'], leather: 'Leather: 100 off from 1,000', pay: 'Pay', sheet: 'Confirm payment' },
  it: { sale: 'Candele, per pochi giorni', coupon: 'Piacere di conoscerti', search: 'shopper', product: 'Borsa shopper in pelle', choose: ['Cognac', 'Piccola'], leather: 'Pelletteria: 100 in meno da 1.000', pay: 'Paga', sheet: 'Conferma il pagamento' },
};

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

for (const [language, words] of Object.entries(languages)) {
  test(`a flash sale, coupons, and a cheaper order, in ${language}`, async () => {
    const name = `promotion-${language}`;
    const me = await new Consumer(demo, language).signIn(name);
    await me.post('/addresses', address);
    await open({ browser, demo }, name, language, `${name}-z-end`, async (p) => {
      await flash(p, name, words);
      await coupons(p, name, words);
      await checkout(p, name, words);
    });
    const { items } = await me.get('/my-coupons?status=locked');
    const { items: [order] } = await me.get('/orders');
    assert.equal(items.length, 1);
    assert.equal(order.status, 'pending');
    assert.ok(order.adjustments.some((a) => a.kind === 'coupon'));
  });
}

// A promotion ends while somebody looks at the checkout: what changed, the new total and one button are there at once,
// without a second question.
test('a price that changes is shown with what changed', async () => {
  const me = await new Consumer(demo, 'zh-CN').signIn('changed');
  await me.post('/addresses', address);
  const { items } = await staff(demo, 'GET', '/promotions?status=active&limit=100');
  const leather = items.find((p) => p.name['zh-CN'] === languages['zh-CN'].leather);
  await open({ browser, demo }, 'changed', 'zh-CN', 'promotion-changed-z-end', async (p) => {
    const words = languages['zh-CN'];
    await p.text(p.t('home.everything')).waitFor();
    await p.link(p.t('search.hint')).click();
    await p.field(p.t('search')).fill(words.search);
    await p.button(p.t('search')).click();
    await p.link(words.product).first().click();
    await p.title(words.product);
    await p.button(p.t('buyNow')).click();
    await p.button(words.choose[0]).click();
    await p.button(words.choose[1]).click();
    await p.button(p.t('sku.confirm')).click();
    await p.title(p.t('checkout'));
    await p.text(words.leather).waitFor();
    await staff(demo, 'PUT', `/promotions/${leather.no}/status`, { status: 'paused' });
    let asked = 0;
    p.page.on('request', (r) => { if (r.method() === 'POST' && r.url().endsWith('/quote')) asked++; });
    await p.press('checkout.pay');
    await p.text(p.t('changed.gone', { name: words.leather })).waitFor();
    assert.equal(asked, 0);
    await seen(p, 'promotion-changed-a-sheet');
    await p.press('changed.confirm');
    await new Phone(p.page, words).pay.waitFor();
    await p.page.keyboard.press('Escape');
    await p.title(p.t('order'));
  }, { refused: ['/v1/casa-lido/orders'] });
  await staff(demo, 'PUT', `/promotions/${leather.no}/status`, { status: 'active' });
  const { items: [order] } = await me.get('/orders');
  assert.equal(order.discount_fen, 0);
});

// A flash sale for members of a level is another one's price for who is none, and says so; for who is, it is theirs.
test('a flash sale for members', async () => {
  const now = Date.now();
  const { no: level } = await staff(demo, 'POST', '/member-levels', { rank: 7, name: { 'zh-CN': '金卡', en: 'Gold', it: 'Oro' } });
  await staff(demo, 'POST', '/promotions', {
    name: { 'zh-CN': '金卡之夜', en: 'Gold night', it: 'Notte d’oro' }, conditions: { products: ['ceramic-vase'], level_from: 7 }, effect: { kind: 'price', price_fen: 9_900 },
    quota: { total: 40 }, starts_at: now - 1000, ends_at: now + 86_400_000,
  });
  const me = await new Consumer(demo, 'en').signIn('gold');
  await me.post('/addresses', address);
  await open({ browser, demo }, 'gold', 'en', 'promotion-gold-z-end', async (p) => {
    await p.app.getByRole('heading', { name: 'Gold night' }).filter({ visible: true }).waitFor();
    await p.text(p.t('level.for', { name: 'Gold' })).waitFor();
    await p.app.locator('.shelf').filter({ hasText: 'Gold night' }).getByRole('link').first().click();
    await p.text(p.t('level.notMine', { name: 'Gold' })).waitFor();
    await seen(p, 'promotion-gold-a-theirs');
    await p.button(p.t('buyNow')).click();
    await p.app.locator('.sheet .chip').filter({ visible: true }).first().click();
    await p.button(p.t('sku.confirm')).click();
    await p.title(p.t('checkout'));
    await p.text(p.t('hint.level', { name: 'Gold night', level: 'Gold' })).waitFor();
    await seen(p, 'promotion-gold-b-checkout');
    await staff(demo, 'PUT', `/customers/${(await me.get('/me')).no}/level`, { level });
    await p.frame().evaluate(() => history.back());
    await p.text(p.t('level.for', { name: 'Gold' })).waitFor();
    await seen(p, 'promotion-gold-c-mine');
    await p.button(p.t('buyNow')).click();
    await p.app.locator('.sheet .price').filter({ visible: true, hasText: '99' }).waitFor();
    await seen(p, 'promotion-gold-d-sku');
  });
});

// flash is the sale on the first page and on the product's.
async function flash(p, name, words) {
  await p.text(p.t('home.everything')).waitFor();
  await p.app.getByRole('heading', { name: words.sale }).filter({ visible: true }).waitFor();
  const clock = p.app.locator('.flash-clock').filter({ visible: true }).first();
  const before = await clock.textContent();
  await p.page.waitForTimeout(1500);
  assert.notEqual(await clock.textContent(), before); // it runs
  await seen(p, `${name}-a-home`);
  await p.app.locator('.shelf').filter({ has: p.app.getByRole('heading', { name: words.sale }) }).getByRole('link').first().click();
  await p.app.getByRole('group', { name: p.t('flash') }).filter({ visible: true }).waitFor();
  await p.text(p.t('flash.perUser', { n: 2 })).waitFor();
  await seen(p, `${name}-b-flash`);
  await p.frame().evaluate(() => history.back());
}

// coupons are claimed and had by a code, and then they are mine.
async function coupons(p, name, words) {
  await p.tab('tab.me').click();
  await p.link(p.t('coupons.mine')).click();
  await p.title(p.t('coupons.mine'));
  await p.text(p.t('coupons.none')).waitFor();
  await seen(p, `${name}-c-none`);
  await p.press('coupons.toCentre');
  await p.title(p.t('coupons.centre'));
  await p.button(`${p.t('coupon.claim')} ${words.coupon}`).click();
  await p.button(p.t('coupon.limit')).waitFor();
  await p.field(p.t('coupon.code')).fill('ciao');
  await p.button(p.t('coupon.redeem')).click();
  await p.text(p.t('coupon.got')).waitFor();
  await seen(p, `${name}-d-centre`);
  await p.link(p.t('coupons.mine')).click();
  await p.title(p.t('coupons.mine'));
  await p.text(words.coupon).waitFor();
  await seen(p, `${name}-e-mine`);
  await p.app.getByRole('tab', { name: p.t('coupons.used') }).filter({ visible: true }).click();
  await p.text(p.t('coupons.none')).waitFor();
  await p.app.getByRole('tab', { name: p.t('coupons.claimed') }).filter({ visible: true }).click();
  await p.link(`${p.t('coupon.use')} ${words.coupon}`).click();
}

// checkout takes the best coupon by itself, says why it costs what it costs, and lets one choose.
async function checkout(p, name, words) {
  await p.link(p.t('search.hint')).click();
  await p.field(p.t('search')).fill(words.search);
  await p.button(p.t('search')).click();
  await p.link(words.product).first().click();
  await p.title(words.product);
  await p.text(p.t('offers')).waitFor();
  await seen(p, `${name}-f-offers`);
  await p.button(p.t('buyNow')).click();
  await p.button(words.choose[0]).click();
  await p.button(words.choose[1]).click();
  await p.button(p.t('sku.confirm')).click();
  await p.title(p.t('checkout'));
  await p.text(words.leather).waitFor();
  await p.text(words.coupon).waitFor();
  await p.text(p.t('coupon.saves', { amount: '¥20' })).waitFor();
  await seen(p, `${name}-g-checkout`);
  await p.text(p.t('coupon.saves', { amount: '¥20' })).click();
  await p.app.getByRole('radio', { name: p.t('coupon.notUsed') }).click();
  await p.text(p.t('coupon.usable', { n: 1 })).waitFor();
  await p.text(p.t('coupon.usable', { n: 1 })).click();
  await seen(p, `${name}-h-choice`);
  await p.app.getByRole('radio', { name: new RegExp(words.coupon) }).click();
  await p.text(p.t('coupon.saves', { amount: '¥20' })).first().waitFor();
  await p.app.getByRole('dialog').waitFor({ state: 'detached' });
  await p.press('checkout.pay');
  await new Phone(p.page, words).pay.waitFor();
  await p.page.keyboard.press('Escape');
  await p.title(p.t('order'));
}
