// WeChat's payment sheet, where things do not go straight: cancelled, paid already, closed, expired, not signed
// by the shop; by keyboard alone; and opened by a mini program in the phone's frame.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { accessible, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer } from './consumer.js';
import { openDemo } from './demo.js';
import { Phone } from './phone.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// orderOf is an order of somebody that waits for its payment, with the parameters of wx.requestPayment.
async function orderOf(user) {
  const me = await new Consumer(demo, 'en').signIn(user);
  const order = await me.order('olive-oil-soap');
  return { me, order, payment: await me.payment(order) };
}

// alone is the address of the sheet by itself.
const alone = (parameters) => `${demo.phone}pay?${new URLSearchParams(parameters)}`;

// tells wants that the sheet tells of a trouble, legibly, and offers the way back.
async function tells(page, trouble) {
  await page.getByRole('alert').getByText(trouble, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Back' }).waitFor();
  await accessible(page);
}

test('a payment is cancelled, and can be made later', async () => {
  const { me, order } = await orderOf('cancels');
  await visit(browser, demo.phone, { name: 'sheet-cancelled', size: phoneSize }, async (page) => {
    const phone = new Phone(page);
    await phone.openSheet(order);
    await phone.sheet.getByRole('button', { name: 'Close' }).click();
    await phone.sheet.waitFor({ state: 'detached' });
    assert.equal((await me.read(order)).status, 'pending');
    await phone.openSheet(order);
    await phone.pay.click();
    await phone.sheet.getByRole('heading', { name: 'Paid' }).waitFor();
  });
  await me.paid(order);
});

test('an order that the shop closes meanwhile is not paid', async () => {
  const { me, order, payment } = await orderOf('hesitates');
  const options = { name: 'sheet-closed', size: phoneSize, refused: ['/phone/api/pay'] };
  await visit(browser, demo.phone, options, async (page) => {
    const phone = new Phone(page);
    await phone.openSheet(order);
    assert.equal((await me.post(`/orders/${order.no}/cancel`)).status, 'cancelled');
    await phone.pay.click();
    await tells(page, 'Order closed');
    await picture(page, 'sheet-closed-meanwhile');
    await page.keyboard.press('Enter');
    await phone.card(order).waitFor({ state: 'detached' });
  });
  await visit(browser, alone(payment), { name: 'sheet-closed-alone' }, (page) => tells(page, 'Order closed'));
  const after = await me.read(order);
  assert.equal(after.status, 'cancelled');
  assert.equal(after.refunds, undefined);
});

test('an order that expired cannot be paid', async () => {
  const { order, payment } = await orderOf('sleeps');
  await demo.restart(({ Payments }) => {
    Payments.find((p) => p.out_trade_no === order.no).expire_at = new Date(Date.now() - 1000).toISOString();
  });
  await visit(browser, alone(payment), { name: 'sheet-expired', size: phoneSize }, (page) => tells(page, 'Order expired'));
});

test('an order is not paid twice', async () => {
  const { me, order, payment } = await orderOf('pays');
  const pay = (name, act) => visit(browser, alone(payment), { name, size: phoneSize }, act);
  await pay('sheet-alone', async (page) => {
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByRole('heading', { name: 'Paid' }).waitFor();
  });
  await me.paid(order);
  await pay('sheet-paid-already', (page) => tells(page, 'Already paid'));
});

test('what the shop has not signed is refused', async () => {
  const { me, order, payment } = await orderOf('mallory');
  const refused = ['/phone/api/sheet'];
  const other = { ...payment, nonceStr: 'another' };
  await visit(browser, alone(other), { name: 'sheet-not-signed', size: phoneSize, refused }, (page) => tells(page, 'Payment signature refused'));
  const nobody = { ...payment, package: 'prepay_id=wx0000' };
  await visit(browser, alone(nobody), { name: 'sheet-unknown', size: phoneSize, refused }, (page) => tells(page, 'Order not found'));
  assert.equal((await me.read(order)).status, 'pending');
});

test('the sheet is worked by keyboard, and keeps the focus', async () => {
  const { me, order } = await orderOf('keys');
  await visit(browser, demo.phone, { name: 'sheet-keyboard' }, async (page) => {
    const phone = new Phone(page);
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent);
    await phone.opener(order).focus();
    await page.keyboard.press('Enter');
    await phone.pay.waitFor();
    const met = [await focused()];
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key);
      met.push(await focused());
    }
    assert.deepEqual(met, ['Pay', 'Close', 'Pay', 'Close', 'Pay', 'Close', 'Pay']);
    await picture(page, 'sheet-keyboard-focus');

    await page.keyboard.press('Escape');
    await phone.sheet.waitFor({ state: 'detached' });
    assert.ok(await phone.opener(order).evaluate((e) => e === document.activeElement), 'the focus goes back to where it was');

    await page.keyboard.press('Enter');
    await phone.pay.waitFor();
    await page.keyboard.press('Enter');
    await phone.sheet.getByRole('button', { name: 'Done' }).waitFor();
    assert.equal(await focused(), 'Done');
    await page.keyboard.press('Enter');
    await phone.card(order).waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement.role === 'tab'); // where it was is gone
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tabpanel', { name: 'Messages' }).getByText(order.no).first().waitFor();
  });
  await me.paid(order);
});

// A page that is to the phone what a mini program is: it asks by messages, and shows each answer.
const program = `<!doctype html><html lang="en"><title>Mini program</title><h1>Mini program</h1><output></output>
<script>addEventListener('message', (e) => { document.querySelector('output').textContent = JSON.stringify(e.data); });</script>`;

test('a mini program in the frame signs in and is paid', async () => {
  const server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(program));
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  const app = `http://127.0.0.1:${server.address().port}`;
  const url = `${demo.phone}?${new URLSearchParams({ app, user: 'frame' })}`;
  try {
    await visit(browser, url, { name: 'program', size: phoneSize, origins: [app] }, async (page) => {
      const phone = new Phone(page);
      const frame = page.frameLocator('#app');
      const wx = async (type, params, act = () => {}) => {
        await frame.locator('output').evaluate((output, message) => {
          output.textContent = '';
          parent.postMessage(message, '*');
        }, { type, id: 7, params });
        await act();
        return JSON.parse(await frame.locator('output').filter({ hasText: type }).textContent());
      };
      const login = await wx('wx.login');
      assert.equal(login.errMsg, 'login:ok');
      const me = await new Consumer(demo, 'en').signInWith(login.code);
      const order = await me.order('olive-oil-soap');
      const payment = await me.payment(order);

      const no = await wx('wx.requestPayment', payment, async () => {
        await phone.pay.waitFor();
        await picture(page, 'program-asks');
        await page.keyboard.press('Escape');
      });
      assert.deepEqual(no, { type: 'wx.requestPayment', id: 7, ok: false, errMsg: 'requestPayment:fail cancel' });
      const yes = await wx('wx.requestPayment', payment, async () => {
        await phone.pay.click();
        await phone.sheet.getByRole('button', { name: 'Done' }).click();
      });
      assert.deepEqual(yes, { type: 'wx.requestPayment', id: 7, ok: true, errMsg: 'requestPayment:ok' });
      await me.paid(order);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
