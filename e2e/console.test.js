// The console: signing in wrong and right, sending what was paid, agreeing to an after-sale until its refund is there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until, weChat } from './consumer.js';
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
      await page.getByTitle(order.no).waitFor();
      await accessible(page);
      await picture(page, `console-refunds-${size.width}`);
    });
  });
}

// An exchange is refused and decided, and its replacement sent: every move of the desk that a refund does not need.
test('an exchange is refused, decided and sent', async () => {
  const me = await new Consumer(demo, 'en').signIn('exchange');
  const order = await me.received('moka-pot', 'SF00009999');
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
    await does('Decide', async () => {
      await dialog.getByLabel('Why').fill('We believe you.');
      assert.ok(!await dialog.getByRole('checkbox').isChecked(), 'nothing was sent back');
    });
    await me.put(`/after-sales/${no}/parcel`, { carrier: 'SF', waybill: 'SF00008888' });
    await page.reload();
    await does('Goods have arrived');
    await does('Send replacement', async () => {
      await dialog.getByRole('combobox').click();
      await page.getByRole('option').first().click();
      await dialog.getByLabel('Waybill number').fill('SF00007777');
    });
    await page.getByText('SF00007777').waitFor();
    await does('Correct the parcel', async () => {
      assert.equal(await dialog.getByLabel('Waybill number').inputValue(), 'SF00007777');
      await dialog.getByLabel('Waybill number').fill('SF00007778');
    });
    await page.getByText('SF00007778').waitFor();
    await accessible(page);
    await picture(page, 'console-exchange-sent');
  });
});

// What was sent back was refused, and the consumer has it decided again: the owner says where it is now.
const sentBack = async (language, serial) => {
  const me = await new Consumer(demo, language).signIn(`sent-back-${serial}`);
  const order = await me.received('moka-pot', `SF00006${serial}`);
  const { no } = await me.post(`/orders/${order.no}/after-sales`, { kind: 'return', reason: 'faulty', lines: [{ line: 0, quantity: 1 }] });
  await staff(demo, 'POST', `/after-sales/${no}/agreement`, {});
  await me.put(`/after-sales/${no}/parcel`, { carrier: 'SF', waybill: `SF10006${serial}` });
  await staff(demo, 'POST', `/after-sales/${no}/refusal`, { words: 'It was used.' });
  await me.post(`/after-sales/${no}/appeal`, { words: 'It was faulty when it came.' });
  return no;
};
const decided = (page) => page.waitForRequest((r) => r.url().endsWith('/decision')).then((r) => r.postDataJSON());

for (const { size, language, words } of [
  { size: deskSize, language: 'en', words: {
    decide: 'Decide', agree: 'As the customer asked', refuse: 'Refuse', here: 'The goods are here', hereHelp: 'then record their arrival', awayHelp: 'is asked to send the goods back', why: 'Why',
    sending: 'Coming back', receive: 'Goods have arrived', arrived: 'Arrived',
  } },
  { size: phoneSize, language: 'it', words: {
    decide: 'Decidi', agree: 'Come chiesto dal cliente', refuse: 'Rifiuta', here: 'La merce è qui', hereHelp: 'poi registra l’arrivo', awayHelp: 'viene chiesto di rispedire la merce', why: 'Perché',
    sending: 'In rientro', receive: 'Merce arrivata', arrived: 'Arrivato',
  } },
]) {
  test(`goods that were sent back and refused are here when the owner agrees, at ${size.width} pixels`, async () => {
    const no = await sentBack(language, size.width);
    const name = `console-here-${size.width}`;
    await visit(browser, `${address}after-sales/${no}`, { name, size, language, ...quiet }, async (page) => {
      await signIn(page);
      const dialog = page.getByRole('dialog');
      const here = dialog.getByRole('checkbox', { name: words.here });
      await page.getByRole('button', { name: words.decide, exact: true }).click();
      await dialog.getByText(words.hereHelp).waitFor();
      assert.ok(await here.isChecked());
      await accessible(page);
      await picture(page, `${name}-dialog`);
      await dialog.getByText(words.refuse, { exact: true }).click();
      await here.waitFor({ state: 'detached' });
      await dialog.getByText(words.agree, { exact: true }).click();
      await dialog.getByText(words.here, { exact: true }).click();
      await dialog.getByText(words.awayHelp).waitFor();
      await accessible(page);
      await picture(page, `${name}-dialog-away`);
      await dialog.getByText(words.here, { exact: true }).click();
      await dialog.getByLabel(words.why).fill('We have found the fault.');
      const [sent] = await Promise.all([decided(page), dialog.getByRole('button', { name: words.decide, exact: true }).click()]);
      assert.deepEqual([sent.verdict, sent.goods_here], ['agree', true]);
      await dialog.waitFor({ state: 'hidden' });
      await page.locator('.tag', { hasText: words.sending }).first().waitFor();
      await accessible(page);
      await picture(page, `${name}-sending`);
      await page.getByRole('button', { name: words.receive, exact: true }).click();
      await dialog.getByRole('spinbutton').waitFor();
      await accessible(page);
      await picture(page, `${name}-receive`);
      await dialog.getByRole('button', { name: words.receive, exact: true }).click();
      await page.getByText(words.arrived, { exact: true }).waitFor();
      await until('the case to be done', () => staff(demo, 'GET', `/after-sales/${no}`), (c) => c.status === 'done');
    });
  });
}

// Where the goods are is of no account when nothing more is asked for: it is neither asked nor sent.
for (const [serial, [verdict, label, state]] of [['refund', 'Refund, whatever became of the goods', /^(refunding|done)$/], ['refuse', 'Refuse', /^refused$/]].entries()) {
  test(`the verdict ${verdict} asks nobody where the goods are`, async () => {
    const no = await sentBack('en', serial);
    await visit(browser, `${address}after-sales/${no}`, { name: `console-here-${verdict}`, size: deskSize, ...quiet }, async (page) => {
      await signIn(page);
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'Decide', exact: true }).click();
      await dialog.getByText('The goods are here', { exact: true }).waitFor();
      await dialog.getByText(label, { exact: true }).click();
      await dialog.getByRole('checkbox').waitFor({ state: 'detached' });
      await dialog.getByLabel('Why').fill('We have looked into it.');
      const [sent] = await Promise.all([decided(page), dialog.getByRole('button', { name: 'Decide', exact: true }).click()]);
      assert.deepEqual([sent.verdict, sent.goods_here], [verdict, false]);
      await dialog.waitFor({ state: 'hidden' });
      assert.match((await staff(demo, 'GET', `/after-sales/${no}`)).status, state);
    });
  });
}

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

// WeChat gives a refund up: the brand pays from its bank, and says so where refunds are.
for (const { size, language, words } of [
  { size: deskSize, language: 'en', words: { settle: 'Settle otherwise', reference: 'Reference', paid: 'It has been paid', title: 'Paid back otherwise' } },
  { size: phoneSize, language: 'it', words: { settle: 'Regola altrimenti', reference: 'Riferimento', paid: 'È stato pagato', title: 'Restituito altrimenti' } },
]) {
  test(`what WeChat gave up is settled by the brand, at ${size.width} pixels`, async () => {
    const me = await new Consumer(demo, language).signIn(`settled-${size.width}`);
    const order = await me.pay(await me.order('moka-pot'));
    await weChat(demo, 'POST', '/_sim/faults', { op: 'refund', kind: 'refund_closed', times: 1 });
    await staff(demo, 'POST', `/orders/${order.no}/refunds`, { reason: 'out_of_stock', freight: true, lines: [{ line: 0, quantity: 1 }] });
    await until('WeChat to give up', () => me.get(`/orders/${order.no}`), (o) => o.refunds[0].status === 'closed');
    const { items: [{ no }] } = await staff(demo, 'GET', '/refunds?status=closed');
    const refused = [...quiet.refused, `/console/v1/refunds/${no}/settle`]; // once, without its reference
    await visit(browser, `${address}refunds?status=closed`, { name: `console-settled-${size.width}`, size, language, refused }, async (page) => {
      await signIn(page);
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: words.settle }).waitFor();
      await accessible(page);
      await picture(page, `console-settle-list-${size.width}`);
      await page.getByRole('button', { name: words.settle }).click();
      await dialog.getByRole('button', { name: words.paid }).click();
      await dialog.locator('.el-form-item__error').waitFor();
      await accessible(page);
      await picture(page, `console-settle-${size.width}`);
      await dialog.getByLabel(words.reference).fill('ICBC 20261126-0007');
      await dialog.getByRole('button', { name: words.paid }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.goto(`${address}refunds?status=settled`);
      await page.getByText('ICBC 20261126-0007').first().waitFor();
      await page.locator('.tag', { hasText: words.title }).first().waitFor();
      await accessible(page);
    });
    const { refunds: [refund], status } = await me.get(`/orders/${order.no}`);
    assert.deepEqual([refund.status, status], ['settled', 'closed']);
  });
}
