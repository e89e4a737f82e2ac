// The mini program as a person uses it in WeChat's phone: they look round, choose, fill the cart, give an address,
// pay on WeChat's sheet, see the order paid, ask for the money back and see it come. In every language, at the size
// of a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, seen, show } from './app.js';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';
import { Phone } from './phone.js';

const languages = {
  'zh-CN': { search: '托特', product: '植鞣牛皮托特包', choose: ['干邑棕', '小号'], gone: ['黑色', '中号'], pay: '支付', sheet: '请确认支付', done: '完成' },
  en: { search: 'tote', product: 'Leather tote', choose: ['Cognac', 'Small'], gone: ['Black', 'Medium'], pay: 'Pay', sheet: 'Confirm payment', done: 'Done' },
  it: { search: 'shopper', product: 'Borsa shopper in pelle', choose: ['Cognac', 'Piccola'], gone: ['Nero', 'Media'], pay: 'Paga', sheet: 'Conferma il pagamento', done: 'Fine' },
};

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

for (const [language, words] of Object.entries(languages)) {
  test(`from the shop's home to a paid order and its refund, in ${language}`, async () => {
    const name = `program-${language}`;
    await open({ browser, demo }, name, language, `${name}-z-end`, async (p) => {
      await look(p, name, words);
      await choose(p, name, words);
      await order(p, name);
      await pay(p, name, words);
      await refund(p, name);
    });
    const me = await new Consumer(demo, language).signIn(name);
    const { items: [paid] } = await me.get('/orders');
    assert.equal(paid.status, 'closed'); // paid, and all of it refunded
    assert.equal(paid.lines[0].title, words.product);
    assert.equal(paid.lines[0].quantity, 1);
    assert.equal((await me.read(paid)).refunds[0].amount_fen, paid.total_fen);
  });
}

// look finds a product: home, categories, search.
async function look(p, name, words) {
  await p.text(p.t('home.everything')).waitFor();
  await seen(p, `${name}-a-home`);
  await p.tab('tab.categories').click();
  await p.title(p.t('tab.categories'));
  await p.link(words.product).or(p.app.locator('.product').filter({ visible: true })).first().waitFor();
  await seen(p, `${name}-b-categories`);
  await p.tab('tab.home').click();
  await p.link(p.t('search.hint')).click();
  await p.field(p.t('search')).fill(words.search);
  await p.button(p.t('search')).click();
  await p.link(words.product).first().click();
  await p.title(words.product);
}

// choose takes a SKU; what cannot be had together cannot be chosen.
async function choose(p, name, words) {
  await p.button(p.t('addToCart')).click();
  await p.button(words.gone[0]).click();
  assert.equal(await p.button(words.gone[1]).getAttribute('aria-disabled'), 'true');
  await seen(p, `${name}-c-chooser`);
  await p.button(words.choose[0]).click();
  await p.button(words.choose[1]).click();
  await p.button(p.t('sku.confirm')).click();
  await p.text(p.t('addedToCart')).waitFor();
  await p.button(p.t('cart.with', { n: 1 })).click();
  await p.title(p.t('tab.cart'));
  await p.text(words.choose.join(' / ')).or(p.app.getByText(words.choose[0]).filter({ visible: true })).first().waitFor();
  for (const [word, quantity] of [['more', '2'], ['less', '1']]) {
    await p.press(word);
    await p.app.locator('.stepper-value').filter({ visible: true, hasText: quantity }).waitFor();
  }
  await seen(p, `${name}-d-cart`);
}

// order gives an address, after having been asked for consent.
async function order(p, name) {
  await p.press('cart.checkout', { n: 1 });
  await p.title(p.t('checkout'));
  await p.text(p.t('checkout.address')).click();
  await p.text(p.t('privacy.title')).waitFor();
  await seen(p, `${name}-e-consent`);
  await p.press('privacy.agree');
  await p.field(p.t('address.name')).fill('王小明');
  await p.field(p.t('address.phone')).fill('1380013800');
  await p.text(p.t('address.regionHint')).click();
  for (const place of ['上海市', '市辖区', '静安区']) await p.button(place).last().click();
  await p.field(p.t('address.detail')).fill('南京西路 1 号 2 室');
  await p.press('save');
  await p.app.getByRole('alert').filter({ visible: true }).waitFor(); // a digit is missing
  await seen(p, `${name}-f-address`);
  await p.field(p.t('address.phone')).fill('13800138000');
  await p.press('save');
  await p.title(p.t('checkout'));
  await p.app.getByText('南京西路 1 号 2 室').filter({ visible: true }).waitFor();
  await seen(p, `${name}-g-checkout`);
}

// pay closes WeChat's sheet first, and pays from the order.
async function pay(p, name, words) {
  const phone = new Phone(p.page, words);
  await p.press('checkout.pay');
  await phone.pay.waitFor();
  await p.page.keyboard.press('Escape');
  await p.title(p.t('order'));
  await p.text(p.t('status.pending')).first().waitFor();
  await seen(p, `${name}-h-pending`);
  await p.press('order.pay');
  await phone.pay.click();
  await phone.sheet.getByRole('button', { name: words.done }).click();
  await p.text(p.t('note.paid')).waitFor();
  await seen(p, `${name}-i-paid`);
}

// refund asks for the money of what was not sent yet, and sees it come back.
async function refund(p, name) {
  await p.press('case.apply');
  await p.title(p.t('case.apply'));
  await p.text(p.t('case.reason')).click();
  await p.app.getByRole('radio', { name: p.t('reason.unwanted') }).filter({ visible: true }).click();
  await p.text(p.t('case.back')).waitFor();
  await show(p, `${name}-i-paid`);
  await seen(p, `${name}-j-refund`);
  await p.press('case.submit');
  await p.title(p.t('case'));
  await p.button(p.t('photo.look', { n: 1 })).waitFor();
  // WeChat brings the money back by and by, and tells the shop: looking again shows it.
  await until('the refund', async () => {
    await p.look();
    return p.text(p.t('refund.succeeded')).count();
  }, (shown) => shown > 0);
  await seen(p, `${name}-k-refunded`);
}

test('a parcel that was sent is followed, and its receipt confirmed', async () => {
  const me = await new Consumer(demo, 'en').signIn('receives');
  const order = await me.pay(await me.order('olive-oil-soap'));
  await staff(demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill: 'SF1234567890123' }] });
  await open({ browser, demo }, 'receives', 'en', 'program-parcel', async (p) => {
    await p.tab('tab.me').click();
    await p.link(p.t('orders.shipped')).click();
    await p.title(p.t('orders'));
    await p.link(p.t('status.shipped')).click();
    await p.title(p.t('order'));
    await p.app.getByRole('button', { name: p.t('parcel.sent') }).filter({ visible: true }).click();
    await p.app.getByText('SF1234567890123').waitFor();
    await seen(p, 'program-en-l-parcel');
    await p.press('order.receive');
    await p.app.locator('.uni-modal__btn_primary').click();
    await p.text(p.t('note.received')).waitFor();
  });
  assert.equal((await me.read(order)).status, 'received');
});

test('un cambio che non va si dice, e decide il titolare', async () => {
  const me = await new Consumer(demo, 'it').signIn('exchanges');
  const order = await me.received('moka-pot', 'SF1234567890124');
  const { no } = await me.post(`/orders/${order.no}/after-sales`, { kind: 'exchange', reason: 'faulty', lines: [{ line: 0, quantity: 1 }] });
  await staff(demo, 'POST', `/after-sales/${no}/agreement`, {});
  await me.put(`/after-sales/${no}/parcel`, { carrier: 'SF', waybill: 'SF1234567890125' });
  await staff(demo, 'POST', `/after-sales/${no}/arrival`, { lines: [{ line: 0, restock: 0 }] });
  await staff(demo, 'POST', `/after-sales/${no}/replacement`, { carrier: 'SF', waybill: 'SF1234567890126' });
  await open({ browser, demo }, 'exchanges', 'it', 'program-exchange-z-end', async (p) => {
    await p.tab('tab.me').click();
    await p.link(p.t('cases')).click();
    await p.title(p.t('cases'));
    await p.link(p.t('case.is.resending')).click();
    await p.app.getByText('SF1234567890126').waitFor();
    await seen(p, 'program-exchange-a-resent');
    await p.press('case.wrong');
    await p.field(p.t('case.words')).fill('Il pacco era vuoto.');
    await seen(p, 'program-exchange-b-wrong');
    await p.press('case.submit');
    await p.text(p.t('case.note.escalated')).waitFor();
    await seen(p, 'program-exchange-c-escalated');
    await staff(demo, 'POST', `/after-sales/${no}/decision`, { verdict: 'refuse', words: 'Il corriere lo ha pesato.' });
    await p.look();
    await p.text(p.t('case.note.final')).waitFor();
    assert.equal(await p.button(p.t('case.appeal')).count(), 0);
    await seen(p, 'program-exchange-d-refused');
  });
});

test('without WeChat one can look round, and is told where to buy', async () => {
  const url = new URL(demo.app).searchParams.get('app');
  for (const size of [phoneSize, deskSize]) {
    await visit(browser, url, { name: `program-desk-${size.width}`, size }, async (page) => {
      await page.getByText('Everything', { exact: true }).waitFor();
      await accessible(page);
      await picture(page, `program-browser-${size.width}`);
      await page.getByRole('link', { name: 'Cart' }).click();
      await page.getByText('Buying works in our WeChat mini program').waitFor();
      await accessible(page);
    });
  }
});

test('a page of its own address is there, and a product that is not says so', async () => {
  const url = new URL(demo.app).searchParams.get('app');
  await visit(browser, `${url}pages/product/product?handle=moka-pot`, { name: 'program-address', size: phoneSize }, async (page) => {
    await page.getByRole('heading', { name: 'Moka pot' }).first().waitFor();
  });
  const refused = [`/v1/casa-lido/products/no-such-thing`];
  await visit(browser, `${url}pages/product/product?handle=no-such-thing`, { name: 'program-gone', size: phoneSize, refused }, async (page) => {
    await page.getByText('This product is not on sale.').waitFor();
    await page.getByRole('button', { name: 'To the home page' }).click();
    await page.getByText('Everything', { exact: true }).waitFor();
  });
});

test('the first page is there after less than 150 KB of code', async () => {
  const url = new URL(demo.app).searchParams.get('app');
  await visit(browser, url, { name: 'program-first', size: phoneSize }, async (page) => {
    await page.getByText('Everything', { exact: true }).waitFor();
    const loaded = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((e) => !e.name.includes('/media/') && !e.name.includes('/v1/')).map((e) => [e.name, e.encodedBodySize]));
    const bytes = loaded.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(bytes > 50_000 && bytes < 150 * 1024, `${bytes} bytes: ${loaded.join(' ')}`);
  });
});

test('what cannot be reached is said, and tried again', async () => {
  const url = new URL(demo.app).searchParams.get('app');
  const context = await browser.newContext({ viewport: phoneSize, locale: 'en' });
  try {
    const page = await context.newPage();
    await page.route('**/v1/**', (route) => route.abort());
    await page.goto(url);
    await page.getByText('No connection.').waitFor();
    await accessible(page);
    await picture(page, 'program-unreachable');
    await page.unroute('**/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Everything', { exact: true }).waitFor();
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await picture(page, 'program-offline');
  } finally {
    await context.close();
  }
});
