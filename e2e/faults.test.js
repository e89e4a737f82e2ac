// Faults that a person chooses in the phone's panel: whatever WeChat does, the order is right in the end.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, until, weChat } from './consumer.js';
import { openDemo } from './demo.js';
import { Phone } from './phone.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });
beforeEach(() => weChat(demo, 'DELETE', '/_sim/faults'));

// orderOf is an order of somebody that waits for its payment.
async function orderOf(user) {
  const me = await new Consumer(demo, 'en').signIn(user);
  const order = await me.order('olive-oil-soap');
  await me.payment(order);
  return { me, order };
}

// choose adds a fault in the panel, which on a phone is opened and closed.
async function choose(phone, size, operation, fault) {
  const { page, panel } = phone;
  if (size === phoneSize) await phone.panelOpener.click();
  await panel.getByLabel('Operation').selectOption(operation);
  await panel.getByLabel('Fault').selectOption(fault);
  await panel.getByRole('button', { name: 'Add' }).click();
  await panel.getByRole('listitem').filter({ hasText: `${operation} · ${fault}` }).waitFor();
  await accessible(page);
  await picture(page, `fault-chosen-${size.width}`);
  if (size === phoneSize) await panel.getByRole('button', { name: 'Close' }).click();
}

async function pay(phone, order) {
  await phone.openSheet(order);
  await phone.pay.click();
  await phone.sheet.getByRole('button', { name: 'Done' }).click();
}

const moves = (order) => order.events.map((e) => e.state);

test('a notification that comes twice has one effect', async () => {
  const { me, order } = await orderOf('twice');
  await visit(browser, demo.phone, { name: 'fault-duplicate' }, async (page) => {
    const phone = new Phone(page);
    await choose(phone, deskSize, 'Payment notice', 'Duplicate');
    await pay(phone, order);
    await phone.notifications(order, 'accepted').nth(1).waitFor();
  });
  assert.deepEqual(moves(await me.paid(order)), ['pending', 'paid']);
});

test('a notification that is lost is made up for by asking', async () => {
  const { me, order } = await orderOf('loses');
  await visit(browser, demo.phone, { name: 'fault-lost', size: phoneSize }, async (page) => {
    const phone = new Phone(page);
    await choose(phone, phoneSize, 'Payment notice', 'Lost');
    await pay(phone, order);
    await phone.panelOpener.click();
    const line = phone.notifications(order, 'not sent');
    await line.scrollIntoViewIfNeeded();
    assert.equal((await me.read(order)).status, 'pending');
    assert.equal((await me.post(`/orders/${order.no}/payment/refresh`)).status, 'paid');
  });
  assert.deepEqual(moves(await me.read(order)), ['pending', 'paid']);
});

test('a payment that arrives after the order was closed goes back', async () => {
  const { me, order } = await orderOf('too-late');
  await visit(browser, demo.phone, { name: 'fault-late' }, async (page) => {
    await choose(new Phone(page), deskSize, 'Close payment', 'Paid after close');
    await me.post(`/orders/${order.no}/cancel`);
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Refund received' }).waitFor();
    await accessible(page);
  });
  const over = await until('the refund', () => me.read(order), (o) => o.refunds?.[0].status === 'succeeded');
  assert.equal(over.status, 'cancelled');
  assert.deepEqual(over.refunds.map((r) => r.amount_fen), [order.total_fen]);
});

test('the panel keeps the focus, and gives it back', async () => {
  await visit(browser, demo.phone, { name: 'panel', size: phoneSize }, async (page) => {
    const { panel, panelOpener } = new Phone(page);
    await panelOpener.focus();
    await page.keyboard.press('Enter');
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => !document.activeElement.closest('.device')), 'the focus is behind the panel');
    }
    await panel.getByLabel('WeChat user').focus();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.ok(await panelOpener.evaluate((e) => e === document.activeElement));
  });
});
