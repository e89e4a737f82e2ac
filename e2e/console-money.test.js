// The overview and the money: what was sold and given back stands there to the fen; a day that differs from WeChat's
// bills is settled with a note; a statement is taken away as a file and says the same.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until, weChat, yuan } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, quiet, signIn } from './desk.js';

let demo;
let browser;
let orders; // paid; the last was given back
let total;
before(async () => {
  [demo, browser] = await Promise.all([openDemo(), openBrowser()]);
  orders = [];
  for (const [buyer, handle] of [['anna', 'moka-pot'], ['bo', 'olive-oil-soap'], ['chen', 'moka-pot']]) {
    const me = await new Consumer(demo, 'en').signIn(buyer);
    orders.push(await me.pay(await me.order(handle)));
  }
  const back = orders.at(-1);
  await staff(demo, 'POST', `/orders/${back.no}/refunds`, { reason: 'other', lines: [{ line: 0, quantity: 1 }] });
  await until('the refund', () => staff(demo, 'GET', `/orders/${back.no}`), (o) => o.refunds?.[0]?.status === 'succeeded');
  total = orders.reduce((sum, o) => sum + o.total_fen - o.tax_fen, 0);
});
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

const shanghai = (daysAgo = 0) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(Date.now() - daysAgo * 86_400_000);

// counted waits until the figures, which are counted every minute, have what was sold.
async function counted() {
  const deadline = Date.now() + 150_000;
  for (;;) {
    const figures = await staff(demo, 'GET', '/figures');
    if (figures.total.orders === orders.length && figures.total.refunds === 1) return figures;
    if (Date.now() > deadline) throw new Error(`not counted: ${JSON.stringify(figures.total)}`);
    await pause(1_000);
  }
}

test('the overview shows what was sold and given back', async () => {
  const figures = await counted();
  const { refunded_fen: back } = await staff(demo, 'GET', `/orders/${orders.at(-1).no}`);
  await visit(browser, desk(demo), { name: 'console-overview-end', size: deskSize, ...quiet }, async (page) => {
    await signIn(page, 'owner', 'Overview');
    const card = (measure) => page.locator(`[data-measure="${measure}"] .big`);
    await card('gmv').filter({ hasText: yuan(total) }).waitFor();
    assert.equal(figures.total.gmv_fen, total);
    const average = Math.round(total / orders.length);
    for (const [measure, want] of Object.entries({ net: yuan(total - back), orders: '3', average: yuan(average), refunds: yuan(back) })) {
      assert.equal(await card(measure).innerText(), want, measure);
    }
    for (const [step, want] of [['ordered', '3'], ['paid', '3'], ['received', '0']]) {
      assert.equal(await page.locator(`[data-step="${step}"] .figures`).first().innerText(), want, step);
    }
    await page.locator('.sellers tbody tr').first().waitFor();
    const sold = await page.locator('.sellers tbody tr').first().innerText();
    assert.match(sold, /Moka/i);
    assert.match(sold, /\t2\t/);

    // The chart is drawn; its table tells the same.
    await page.locator('figure svg').waitFor();
    await page.getByText('As a table').click();
    assert.equal(await page.locator('figure tbody tr').last().locator('td').innerText(), yuan(total));
    await page.getByText('As a table').click();

    // The definition comes to who uses the keyboard.
    await page.locator('[data-measure="net"] .term').focus();
    await page.getByText('Of an old sale the money may go back today').waitFor();
    await accessible(page);
    await page.locator('h1').click();
    await page.screenshot({ path: new URL('artifacts/console-overview-1280.png', import.meta.url).pathname, fullPage: true });

    // The period is in the address; two days are compared with the two before.
    await page.getByRole('button', { name: 'Today', exact: true }).click();
    await page.waitForURL(/period=today/);
    await page.locator('.cards[data-days="1"]').waitFor();
    await card('gmv').filter({ hasText: yuan(total) }).waitFor();

    // What waits leads to its list.
    await page.getByRole('link', { name: /Orders to send/ }).click();
    await page.getByRole('link', { name: orders[0].no }).waitFor();
    assert.match(page.url(), /status=paid&status=partly_shipped/);

    await page.setViewportSize(phoneSize);
    await page.goto(`${desk(demo)}overview?from=${shanghai(1)}&to=${shanghai()}`);
    await card('gmv').filter({ hasText: yuan(total) }).waitFor();
    await page.locator('.cards[data-days="2"]').waitFor();
    await page.locator('figure svg').waitFor();
    await accessible(page);
    await page.screenshot({ path: new URL('artifacts/console-overview-390.png', import.meta.url).pathname, fullPage: true });
  });
});

test('a statement is taken away and says what the journal says', async () => {
  await visit(browser, `${desk(demo)}money/statements?period=7`, { name: 'console-statements-end', size: deskSize, ...quiet }, async (page) => {
    await signIn(page, 'finance', 'Statements');
    const row = page.locator(`[data-period="${shanghai()}"]`);
    await row.waitFor();
    await accessible(page);
    await picture(page, 'console-statements-1280');
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    const file = await coming;
    assert.equal(file.suggestedFilename(), 'statements-day.csv');
    const lines = (await readFile(await file.path(), 'utf8')).replace('\ufeff', '').trim().split(/\r?\n/).map((l) => l.split(','));
    assert.equal(lines[0][1], 'opening balance');
    const today = lines.find(([period]) => period === shanghai());
    const { items } = await staff(demo, 'GET', `/money/statements?from=${shanghai(6)}&to=${shanghai()}`);
    const said = items.at(-1);
    const plain = (fen) => (fen / 100).toFixed(2);
    assert.deepEqual(today.slice(1, 10).map(Number), [
      said.opening_fen, said.payments * 100, said.in_fen, said.refunds * 100, said.refund_fen, said.fee_fen, said.other_fen, said.net_fen, said.closing_fen,
    ].map(plain).map(Number));
    assert.equal(said.in_fen, orders.reduce((sum, o) => sum + o.total_fen, 0));
    assert.match(await row.innerText(), new RegExp(yuan(said.in_fen).replace(/[¥.]/g, '\\$&')));
    await page.getByText('By month').click();
    await page.locator(`[data-period="${shanghai().slice(0, 7)}"]`).waitFor();
    await page.setViewportSize(phoneSize);
    await accessible(page);
    await picture(page, 'console-statements-390');
  });
});

test('un giorno che non coincide si chiarisce con una nota', async () => {
  // One payment is of the day before yesterday at WeChat, whose bill of it says a fen too much.
  const paid = orders[0];
  const day = shanghai(2);
  await demo.restart(({ Payments }) => {
    const p = Payments.find((x) => x.out_trade_no === paid.no);
    p.paid_at = `${day}T12:00:00+08:00`;
  });
  await weChat(demo, 'POST', '/_sim/faults', { op: 'trade_bill', kind: 'wrong_amount', times: 1 });
  await visit(browser, `${desk(demo)}money/reconciliations`, { name: 'console-reconciliation-end', language: 'it', ...quiet }, async (page) => {
    await signIn(page, 'finance', 'Riconciliazione');
    await page.getByText('Nessun giorno è stato ancora confrontato').or(page.locator('tbody tr').first()).waitFor();
    await page.getByRole('button', { name: 'Confronta un giorno' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Confronta un giorno' });
    await dialog.locator('.el-date-editor input').fill(day);
    await dialog.locator('.el-date-editor input').press('Enter');
    await accessible(page);
    await dialog.getByRole('button', { name: 'Confronta un giorno' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await until('the day to be compared', () => staff(demo, 'GET', '/money/exceptions?status=open'), ({ items }) => items.some((e) => e.kind === 'amount'));
    await page.goto(`${desk(demo)}money/reconciliations/${day}`);
    const row = page.locator('tr', { hasText: 'Altro importo' });
    await row.waitFor();
    assert.match(await row.innerText(), /Un buono di WeChat può aver pagato una parte/);
    await accessible(page);
    await picture(page, 'console-reconciliation-1280');
    await page.setViewportSize(phoneSize);
    await picture(page, 'console-reconciliation-390');
    await page.setViewportSize(deskSize);
    await row.getByRole('button', { name: 'Chiarisci' }).click();
    const settle = page.getByRole('dialog', { name: 'Chiarisci' });
    await settle.getByLabel('Che cosa è stato fatto').fill('WeChat ha corretto il suo estratto.');
    await accessible(page);
    await picture(page, 'console-difference-dialog-1280');
    await settle.getByRole('button', { name: 'Chiarisci' }).click();
    await settle.waitFor({ state: 'hidden' });
    await page.getByText('WeChat ha corretto il suo estratto.').waitFor();
    await row.getByText('Chiarita').waitFor();
    await row.getByText('Elena Costa').waitFor();
    const { items } = await staff(demo, 'GET', `/money/exceptions?day=${day}&status=resolved`);
    assert.deepEqual(items.map((e) => [e.kind, e.note]), [['amount', 'WeChat ha corretto il suo estratto.']]);

    // The books: they balance, and the order's entries are in the journal.
    await page.goto(`${desk(demo)}money/balance`);
    await page.getByText('I libri quadrano').waitFor();
    await page.locator('[data-account="fee"]').waitFor(); // the bill's fee was booked
    await accessible(page);
    await picture(page, 'console-balance-1280');
    await page.goto(`${desk(demo)}orders/${paid.no}`);
    await page.locator('[data-part="journal"]').scrollIntoViewIfNeeded();
    await accessible(page);
    await page.screenshot({ path: new URL('artifacts/console-order-money-1280.png', import.meta.url).pathname, fullPage: true });
    await page.getByRole('link', { name: 'Nel libro giornale' }).click();
    await page.getByRole('heading', { name: 'Libro giornale', level: 1 }).waitFor();
    await page.locator('tbody tr', { hasText: 'Pagamento' }).first().waitFor();
    await page.locator('tbody tr', { hasText: 'Commissione di WeChat' }).first().waitFor();
    await accessible(page);
    await picture(page, 'console-journal-1280');
    await page.setViewportSize(phoneSize);
    await accessible(page);
    await picture(page, 'console-journal-390');
    await page.goto(`${desk(demo)}money/balance`);
    await page.getByText('I libri quadrano').waitFor();
    await picture(page, 'console-balance-390');
    await page.goto(`${desk(demo)}money/differences`);
    await page.locator('tr', { hasText: 'Altro importo' }).waitFor();
    await accessible(page);
    await picture(page, 'console-differences-390');
  });
});
