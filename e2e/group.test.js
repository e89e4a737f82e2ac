// Buying together: three consumers form one group, each in a phone of their own, and a fourth, who held a seat too long
// and paid all the same, gets the money back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, seen } from './app.js';
import { openBrowser } from './browser.js';
import { address, Consumer, until, weChat } from './consumer.js';
import { openDemo } from './demo.js';
import { Phone } from './phone.js';

const sheets = {
  'zh-CN': { pay: '支付', sheet: '请确认支付', done: '完成' },
  en: { pay: 'Pay', sheet: 'Confirm payment', done: 'Done' },
  it: { pay: 'Paga', sheet: 'Conferma il pagamento', done: 'Fine' },
};
const product = 'espresso-cups';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// someone is a consumer who has an address, so that the journey is about the group.
async function someone(name, language) {
  const me = await new Consumer(demo, language).signIn(name);
  me.address = (await me.post('/addresses', address)).no;
  return me;
}

// goes opens a page of the mini program in the phone.
async function goes(p, path) {
  await p.app.locator('.screen').filter({ visible: true }).waitFor();
  const frame = p.frame();
  const loaded = frame.waitForNavigation();
  await frame.evaluate((to) => { setTimeout(() => { location.href = `/shop/casa-lido/${to}`; }); }, path);
  await loaded;
  await p.app.locator('.screen').filter({ visible: true }).waitFor();
  await p.app.locator('[aria-busy=true]').filter({ visible: true }).waitFor({ state: 'detached' });
}

// pays confirms the SKU, goes through the checkout and pays on WeChat's sheet.
async function pays(p, name, words, price) {
  await p.app.locator('.sheet .chip').filter({ visible: true }).first().click();
  await p.press('sku.confirm');
  await p.title(p.t('checkout'));
  await p.app.getByText(price).filter({ visible: true }).first().waitFor();
  await seen(p, `${name}-c-checkout`);
  const phone = new Phone(p.page, words);
  await p.press('checkout.pay');
  await phone.pay.click();
  await phone.sheet.getByRole('button', { name: words.done }).click();
  await p.title(p.t('group'));
}

test('three consumers form a group, in three languages', async () => {
  let group;
  await someone('group-leader', 'zh-CN');
  await open({ browser, demo }, 'group-leader', 'zh-CN', 'group-leader-z-end', async (p) => {
    await goes(p, `pages/product/product?handle=${product}`);
    await p.text(p.t('group')).waitFor();
    await seen(p, 'group-leader-a-product');
    await p.app.getByRole('button', { name: new RegExp(p.t('group.open')) }).filter({ visible: true }).click();
    await p.text(p.t('sku.confirm')).waitFor();
    await p.app.locator('.sheet .price').filter({ visible: true, hasText: '118' }).waitFor();
    await seen(p, 'group-leader-b-sku');
    await pays(p, 'group-leader', sheets['zh-CN'], '128');
    await p.text(p.t('group.missing', { n: 2 })).waitFor();
    await p.text(p.t('seat.paid')).waitFor();
    await seen(p, 'group-leader-d-waiting');
    await p.press('group.poster');
    await p.app.getByRole('img', { name: /海报/ }).filter({ visible: true }).waitFor();
    await seen(p, 'group-leader-e-poster');
    await p.button(p.t('close')).click();
    group = new URL(p.frame().url()).searchParams.get('no');
  });

  await someone('group-second', 'en');
  await open({ browser, demo }, 'group-second', 'en', 'group-second-z-end', async (p) => {
    await goes(p, `group/group/group?no=${group}&from=1`);
    await p.text(p.t('group.missing', { n: 2 })).waitFor();
    await p.text(p.t('group.note.invited', { name: '王**' })).waitFor();
    await seen(p, 'group-second-a-invited');
    await p.press('group.join');
    await p.text(p.t('sku.confirm')).waitFor();
    await pays(p, 'group-second', sheets.en, '138');
    await p.text(p.t('group.missing', { n: 1 })).waitFor();
    await seen(p, 'group-second-d-waiting');
    // Somebody else joins from the product page, where the group is offered; this page sees it without a reload.
    await someone('group-third', 'it');
    await open({ browser, demo }, 'group-third', 'it', 'group-third-z-end', async (q) => {
      await goes(q, `pages/product/product?handle=${product}`);
      await q.text(q.t('group.missing', { n: 1 })).waitFor();
      await seen(q, 'group-third-a-product');
      await q.button(q.t('group.joinOf', { name: '王**', n: 1 })).click();
      await q.text(q.t('sku.confirm')).waitFor();
      await pays(q, 'group-third', sheets.it, '138');
      await q.text(q.t('group.is.formed')).waitFor();
      await q.text(q.t('seat.confirmed')).waitFor();
      await seen(q, 'group-third-d-formed');
      await goes(q, 'group/mine/mine');
      await q.text(q.t('group.is.formed')).waitFor();
      await seen(q, 'group-third-e-mine');
    });
    await p.text(p.t('group.is.formed')).waitFor();
    await seen(p, 'group-second-e-formed');
  });

  // Who comes now is told so, and may open their own.
  const late = await someone('group-late', 'en');
  const { campaign } = await late.get(`/groups/${group}`);
  const { skus } = await late.get(`/products/${product}`);
  await assert.rejects(late.post('/orders', {
    lines: [{ sku: skus[0].no, quantity: 1 }], address: late.address, group: { campaign, group }, expected_total_fen: 12_800,
  }), /group_full/);
  await open({ browser, demo }, 'group-late', 'en', 'group-late-z-end', async (p) => {
    await goes(p, `group/group/group?no=${group}`);
    await p.text(p.t('group.note.full')).waitFor();
    await p.button(p.t('group.own')).waitFor();
    await seen(p, 'group-late-a-full');
  });
});

// The fourth leaves in the moment in which they pay: WeChat has closed the payment and takes the money all the same.
// Meanwhile the third has taken the seat.
test('who pays when the seat is another one\'s gets the money back', async () => {
  const [a, b, c, d] = await Promise.all(['one', 'two', 'three', 'four'].map((n) => someone(`group-${n}`, 'en')));
  const { skus } = await a.get(`/products/${product}`);
  const { offer } = await a.get(`/products/${product}/group`);
  const places = async (who, group) => {
    const basket = { lines: [{ sku: skus.find((s) => s.available > 0).no, quantity: 1 }], address: who.address, group: { campaign: offer.campaign, group } };
    const { total_fen } = await who.post('/quote', basket);
    return who.post('/orders', { ...basket, expected_total_fen: total_fen });
  };
  const first = await a.pay(await places(a));
  const group = first.group.no;
  await b.pay(await places(b, group));
  await open({ browser, demo }, 'group-four', 'en', 'group-four-z-end', async (p) => {
    await goes(p, `group/group/group?no=${group}`);
    await p.press('group.join');
    await p.text(p.t('sku.confirm')).waitFor();
    await p.app.locator('.sheet .chip').filter({ visible: true }).first().click();
    await p.press('sku.confirm');
    await p.title(p.t('checkout'));
    await p.app.locator('[aria-busy=true]').filter({ visible: true }).waitFor({ state: 'detached' });
    const phone = new Phone(p.page, sheets.en);
    await p.press('checkout.pay');
    await phone.pay.waitFor();
    await p.page.keyboard.press('Escape');
    await p.title(p.t('group'));
    await fourthLeaves(p, { a, c, d, group, offer, skus, places });
  });
});

// fourthLeaves is the rest of that story, as the fourth sees it.
async function fourthLeaves(p, { a, c, d, group, offer, skus, places }) {
  const { items: [fourth] } = await d.get('/orders');
  await assert.rejects(c.post('/orders', {
    lines: [{ sku: skus[0].no, quantity: 1 }], address: c.address, group: { campaign: offer.campaign, group }, expected_total_fen: 12_800,
  }), /group_full/); // the seat is kept for who is about to pay
  assert.equal((await c.get(`/groups/${group}`)).full, true);
  await weChat(demo, 'POST', '/_sim/faults', { op: 'close', kind: 'pay_after_close' });
  await p.press('group.leave');
  await p.app.locator('.uni-modal__btn_primary').click();
  await until('the seat to be free', () => a.get(`/groups/${group}`), (g) => !g.full);
  await c.pay(await places(c, group));
  await until('the group to form', () => a.get(`/groups/${group}`), (g) => g.status === 'formed' && g.paid === 3 && g.members.length === 3);
  const back = await until('the refund', () => d.read(fourth), (o) => o.refunds?.[0]?.status === 'succeeded');
  assert.equal(back.status, 'cancelled');
  assert.equal(back.refunds[0].amount_fen, fourth.total_fen);
  assert.equal(back.group.seat, 'released');
  const { mine } = await a.get(`/groups/${group}/seat`);
  assert.equal(mine.seat, 'confirmed');
  // And that is what the fourth reads: the group is another's, and the money is back.
  await goes(p, `group/group/group?no=${group}`);
  await p.text(p.t('group.note.full')).waitFor();
  await seen(p, 'group-four-a-full');
  await goes(p, `order/order/order?no=${fourth.no}`);
  await p.text(p.t('refund.succeeded')).waitFor();
  await seen(p, 'group-four-b-refunded');
}
