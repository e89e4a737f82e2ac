// The console: signing in wrong and right, sending what was paid, agreeing to an after-sale until its refund is there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, quiet, signIn } from './desk.js';

let demo;
let browser;
let address;
before(async () => {
  [demo, browser] = await Promise.all([openDemo(), openBrowser()]);
  address = desk(demo);
});
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

for (const size of [phoneSize, deskSize]) {
  test(`signing in, wrong and right, and out, at ${size.width} pixels`, async () => {
    const name = `console-sign-in-${size.width}`;
    await visit(browser, `${address}orders?status=paid`, { name, size, ...quiet }, async (page) => {
      await page.getByLabel('Shop').fill('casa-lido');
      await page.getByLabel('E-mail').fill('owner@casa-lido.example');
      await page.getByLabel('Password', { exact: true }).fill('none of theirs');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      await accessible(page);
      await picture(page, `${name}-wrong`);
      await signIn(page, 'owner', 'Orders');
      assert.match(page.url(), /\/orders\?status=paid$/);
      await page.getByRole('button', { name: /Signed in as/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByLabel('Shop').waitFor();
    });
  });

  test(`an order that was paid is sent, at ${size.width} pixels`, async () => {
    const me = await new Consumer(demo, 'en').signIn(`ship-${size.width}`);
    const order = await me.pay(await me.order('moka-pot'));
    const name = `console-ship-${size.width}`;
    await visit(browser, `${address}orders`, { name, size, ...quiet }, async (page) => {
      await signIn(page, 'warehouse', 'Orders');
      await page.getByRole('link', { name: order.no }).waitFor();
      await accessible(page);
      await picture(page, `console-orders-${size.width}`);
      await page.getByRole('link', { name: order.no }).click();
      await page.getByRole('heading', { name: `Order ${order.no}` }).waitFor();
      await accessible(page);
      await picture(page, `console-order-${size.width}`);
      await page.getByRole('button', { name: 'Ship', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox').click();
      await page.getByRole('option').first().click();
      await dialog.getByLabel('Waybill number').fill('SF1234567890');
      await picture(page, `console-ship-dialog-${size.width}`);
      await dialog.getByRole('button', { name: 'Ship', exact: true }).click();
      await page.getByText('SF1234567890').waitFor();
      assert.equal((await me.read(order)).status, 'shipped');
    });
  });

  test(`an after-sale is agreed to and the refund arrives, at ${size.width} pixels`, async () => {
    const me = await new Consumer(demo, 'en').signIn(`aftersale-${size.width}`);
    const order = await me.pay(await me.order('moka-pot'));
    // What has not been sent goes back without anybody's decision.
    await staff(demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill: `SF00000${size.width}` }] });
    await me.post(`/orders/${order.no}/after-sales`, { kind: 'refund', reason: 'damaged', lines: [{ line: 0, quantity: 1 }] });
    const { items: [wish] } = await staff(demo, 'GET', `/after-sales?order=${order.no}`);
    await visit(browser, `${address}after-sales`, { name: `console-aftersale-${size.width}`, size, ...quiet }, async (page) => {
      await signIn(page);
      await page.getByRole('link', { name: wish.no }).waitFor();
      await accessible(page);
      await picture(page, `console-aftersales-${size.width}`);
      await page.getByRole('link', { name: wish.no }).click();
      await page.getByRole('button', { name: 'Agree', exact: true }).waitFor();
      await accessible(page);
      await page.getByRole('button', { name: 'Agree', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Agree', exact: true }).click();
      await page.getByText('Arrived', { exact: true }).waitFor();
      await accessible(page);
      await until('the case to be done', () => staff(demo, 'GET', `/after-sales/${wish.no}`), (c) => c.status === 'done');
      await page.goto(`${address}refunds`);
      await page.getByRole('link', { name: order.no }).waitFor();
      await accessible(page);
      await picture(page, `console-refunds-${size.width}`);
    });
  });
}

// An exchange is refused and decided, and its replacement sent: every move of the desk that a refund does not need.
test('an exchange is refused, decided and sent', async () => {
  const me = await new Consumer(demo, 'en').signIn('exchange');
  const order = await me.pay(await me.order('moka-pot'));
  await staff(demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill: 'SF00009999' }] });
  await me.post(`/orders/${order.no}/receipt`);
  const { no } = await me.post(`/orders/${order.no}/after-sales`, { kind: 'exchange', reason: 'faulty', lines: [{ line: 0, quantity: 1 }] });
  await visit(browser, `${address}after-sales/${no}`, { name: 'console-exchange', size: deskSize, ...quiet }, async (page) => {
    await signIn(page);
    const dialog = page.getByRole('dialog');
    const does = async (title, fill) => {
      await page.getByRole('button', { name: title, exact: true }).click();
      await fill?.();
      await accessible(page);
      await dialog.getByRole('button', { name: title, exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    await does('Refuse', () => dialog.getByLabel('Why').fill('It was used.'));
    await page.getByText('Refused', { exact: true }).first().waitFor();
    await me.post(`/after-sales/${no}/appeal`, { words: 'It was faulty when it came.' });
    await page.reload();
    await does('Decide', () => dialog.getByLabel('Why').fill('We believe you.'));
    await me.put(`/after-sales/${no}/parcel`, { carrier: 'SF', waybill: 'SF00008888' });
    await page.reload();
    await does('Goods have arrived');
    await does('Send replacement', async () => {
      await dialog.getByRole('combobox').click();
      await page.getByRole('option').first().click();
      await dialog.getByLabel('Waybill number').fill('SF00007777');
    });
    await page.getByText('SF00007777').waitFor();
    await accessible(page);
    await picture(page, 'console-exchange-sent');
  });
});

// Goods leave while their money is asked for: whoever agrees is told.
test('money after goods that were sent since is told before anybody agrees', async () => {
  const rule = await staff(demo, 'GET', '/after-sale-settings');
  await staff(demo, 'PUT', '/after-sale-settings', { ...rule, instant_refund: false });
  const me = await new Consumer(demo, 'it').signIn('sent-since');
  const order = await me.pay(await me.order('moka-pot'));
  const { no } = await me.post(`/orders/${order.no}/after-sales`, { kind: 'refund', reason: 'unwanted', lines: [{ line: 0, quantity: 1 }] });
  await staff(demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill: 'SF00005555' }] });
  await visit(browser, `${address}after-sales/${no}`, { name: 'console-sent-since-agreed', size: phoneSize, language: 'it', ...quiet }, async (page) => {
    await signIn(page);
    await page.getByText('Questa merce è stata spedita dopo la richiesta di rimborso.').waitFor();
    await accessible(page);
    await picture(page, 'console-sent-since');
    await page.getByRole('button', { name: 'Accetta', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Intanto la merce è stata spedita.').waitFor();
    await accessible(page);
    await picture(page, 'console-sent-since-dialog');
    await dialog.getByRole('button', { name: 'Accetta', exact: true }).click();
    await page.getByText('Arrivato', { exact: true }).waitFor();
  });
});
