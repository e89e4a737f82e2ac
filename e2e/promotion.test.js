// What makes an order cheaper, as a person meets it: the flash sale with its countdown, the coupon centre and a code,
// my coupons, and the choice at the checkout with what explains it. In every language, at the size of a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, seen } from './app.js';
import { openBrowser } from './browser.js';
import { address, Consumer } from './consumer.js';
import { openDemo } from './demo.js';

const languages = {
  'zh-CN': { candle: '香薰蜡烛', sale: '香薰蜡烛限时购', coupon: '初次见面', search: '托特', product: '植鞣牛皮托特包', choose: ['干邑棕', '小号'], leather: '皮具满 1000 减 100' },
  en: { candle: /candle/i, sale: 'Candles, for a few days', coupon: 'Nice to meet you', search: 'tote', product: 'Leather tote', choose: ['Cognac', 'Small'], leather: 'Leather: 100 off from 1,000' },
  it: { candle: /Candela/i, sale: 'Candele, per pochi giorni', coupon: 'Piacere di conoscerti', search: 'shopper', product: 'Borsa shopper in pelle', choose: ['Cognac', 'Piccola'], leather: 'Pelletteria: 100 in meno da 1.000' },
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
  await p.text(words.coupon).waitFor();
  await p.text(p.t('coupon.saves', { amount: '¥20' })).waitFor();
  await seen(p, `${name}-g-checkout`);
  await p.text(p.t('coupon.saves', { amount: '¥20' })).click();
  await p.app.getByRole('radio', { name: p.t('coupon.notUsed') }).click();
  await p.text(p.t('coupon.usable', { n: 1 })).waitFor();
  await p.text(p.t('coupon.usable', { n: 1 })).click();
  await seen(p, `${name}-h-choice`);
  await p.app.getByRole('radio', { name: new RegExp(words.coupon) }).click();
  await p.text(p.t('coupon.saves', { amount: '¥20' })).waitFor();
  await p.press('checkout.pay');
}
