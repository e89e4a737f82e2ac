// From WeChat's login to a paid order: the consumer by the public API, then a person on the phone, who pays
// on WeChat's sheet. In every language, on a phone and on a desk.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, address, yuan } from './consumer.js';
import { openDemo } from './demo.js';
import { Phone } from './phone.js';

const languages = {
  'zh-CN': {
    search: '摩卡', product: '八角摩卡壶',
    none: '现在没有等待付款的订单。', pay: '支付', sheet: '请确认支付', paid: '支付成功', done: '完成',
    messages: '消息', voucher: '付款凭证',
  },
  en: {
    search: 'moka', product: 'Moka pot',
    none: 'No order is waiting for payment.', pay: 'Pay', sheet: 'Confirm payment', paid: 'Paid', done: 'Done',
    messages: 'Messages', voucher: 'Payment voucher',
  },
  it: {
    search: 'caffettiera', product: 'Caffettiera moka',
    none: 'Nessun ordine in attesa di pagamento.', pay: 'Paga', sheet: 'Conferma il pagamento', paid: 'Pagato', done: 'Fine',
    messages: 'Messaggi', voucher: 'Ricevuta di pagamento',
  },
};

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

for (const [language, words] of Object.entries(languages)) {
  for (const size of [phoneSize, deskSize]) {
    test(`from login to a paid order, in ${language} at ${size.width} pixels`, async () => {
      const name = `journey-${language}-${size.width}`;
      const me = await new Consumer(demo, language).signIn(name);
      const order = await buy(me, await browse(me, words), words);
      await me.payment(order);
      await payOnPhone(name, size, language, words, order);
      const paid = await me.paid(order);
      assert.deepEqual(paid.events.map((e) => e.state), ['pending', 'paid']);
      assert.ok(paid.paid_at >= paid.created_at);
      await assert.rejects(me.payment(order), { message: 'already_paid' });
    });
  }
}

// browse looks through the shop and comes back with what there is of the moka pot.
async function browse(me, words) {
  const { items: categories } = await me.get('/categories');
  assert.equal(categories.length, 5);
  const seen = [];
  for (let cursor = ''; cursor !== undefined;) {
    const page = await me.get(`/products?limit=20&cursor=${cursor}`);
    seen.push(...page.items.map((p) => p.handle));
    cursor = page.next_cursor;
  }
  assert.ok(seen.length >= 28 && new Set(seen).size === seen.length, `${seen}`);
  const { items: table } = await me.get(`/products?category=${categories[1].slug}&sort=price_asc`);
  const prices = table.map((p) => p.price_fen);
  assert.ok(table.length > 3 && table.every((p) => seen.includes(p.handle)));
  assert.deepEqual(prices, prices.toSorted((a, b) => a - b));
  const { items: found } = await me.get(`/search?q=${encodeURIComponent(words.search)}`);
  assert.equal(found[0].title, words.product);
  const product = await me.get(`/products/${found[0].handle}`);
  assert.equal(product.options.length, 2);
  return product.skus;
}

// buy fills the cart, gives an address, asks for the price and orders, twice by one key: it is one order.
async function buy(me, skus, words) {
  const sku = skus.find((s) => s.available > 1);
  await me.post('/cart/lines', { sku: sku.no, quantity: 2 });
  const cart = await me.get('/cart');
  assert.equal(cart.selected_fen, 2 * sku.price_fen);
  assert.equal(cart.lines[0].title, words.product);
  const basket = { address: (await me.post('/addresses', address)).no };
  const quote = await me.post('/quote', basket);
  assert.ok(quote.complete);
  assert.equal(quote.goods_fen + quote.discount_fen + quote.freight_fen + quote.tax_fen, quote.total_fen);
  const checkout = { ...basket, expected_total_fen: quote.total_fen };
  const soldOut = { sku: skus.find((s) => s.available === 0).no, quantity: 1 };
  await assert.rejects(me.post('/orders', { ...checkout, lines: [soldOut] }), { message: 'out_of_stock' });
  await assert.rejects(me.post('/orders', { ...checkout, expected_total_fen: 1 }), { message: 'price_changed' });
  const key = randomUUID();
  const order = await me.post('/orders', checkout, key);
  assert.equal((await me.post('/orders', checkout, key)).no, order.no);
  await assert.rejects(me.post('/orders', { ...checkout, remark: '请快一点' }, key), { message: 'idempotency_key_reused' });
  assert.equal(order.status, 'pending');
  assert.equal(order.total_fen, quote.total_fen);
  assert.equal((await me.get('/cart')).lines.length, 0);
  return order;
}

// payOnPhone is what a person sees and does.
function payOnPhone(name, size, language, words, order) {
  return visit(browser, demo.phone, { name: `${name}-5-voucher`, size, language }, async (page) => {
    const phone = new Phone(page, words);
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    await phone.card(order).waitFor();
    assert.equal(await phone.card(order).locator('.money').textContent(), yuan(order.total_fen));
    await accessible(page);
    await picture(page, `${name}-1-waiting`);

    await phone.openSheet(order);
    assert.equal(await phone.sheet.locator('.amount').textContent(), yuan(order.total_fen));
    assert.ok((await phone.sheet.textContent()).includes(order.no));
    await accessible(page);
    await picture(page, `${name}-2-sheet`);

    await phone.pay.click();
    await phone.sheet.getByRole('heading', { name: words.paid }).waitFor();
    await picture(page, `${name}-3-paid`);
    await phone.sheet.getByRole('button', { name: words.done }).click();
    await phone.sheet.waitFor({ state: 'detached' });
    await page.getByText(words.none).waitFor();
    await accessible(page);
    await picture(page, `${name}-4-none`);

    await page.getByRole('tab', { name: words.messages }).click();
    const voucher = phone.card(order).filter({ hasText: words.voucher });
    await voucher.waitFor();
    assert.equal(await voucher.locator('.money').textContent(), yuan(order.total_fen));
    await accessible(page);
  });
}
