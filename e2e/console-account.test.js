// People and their sign-in: the owner asks for a second factor, a colleague comes by a link and is led to set one up.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';
import { desk, enter, password, quiet, signIn } from './desk.js';

let demo;
let browser;
let owned; // the owner's second factor, once it is set up
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

// codeOf is what an authenticator app shows for a secret (RFC 6238), so many steps of half a minute from now.
function codeOf(secret, steps = 0) {
  const bits = [...secret.replace(/[\s=]/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const sum = createHmac('sha1', key).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// factor sets a second factor up on the page that asks for it, and returns its secret and its recovery codes.
async function factor(page, secretWords, name) {
  await page.locator('input[name="current"]').fill(secretWords);
  await page.locator('form button[type="submit"]').click();
  await page.locator('summary').click();
  const secret = await page.locator('[data-of="secret"]').innerText();
  await accessible(page);
  await picture(page, `${name}-code`);
  await page.locator('input[name="code"]').fill(codeOf(secret));
  await page.locator('form button[type="submit"]').click();
  const codes = (await page.locator('pre').innerText()).trim().split('\n');
  assert.equal(codes.length, 10);
  await accessible(page);
  await picture(page, `${name}-recovery`);
  return { secret, codes };
}

test('a second factor is asked for, a colleague is invited and led to it', async () => {
  const words = 'moka on a slow stove';
  let link;
  // The owner asks for it, has none, and is led to it before anybody else.
  await visit(browser, `${desk(demo)}staff`, { name: 'console-staff-end', ...quiet, refused: [...quiet.refused, '/console/v1/staff', '/console/v1/security', '/console/v1/invitations'] }, async (page) => {
    await signIn(page, 'owner', 'Staff');
    await page.getByRole('button', { name: 'Lucia Lido', exact: true }).waitFor();
    await accessible(page);
    await picture(page, 'console-staff-1280');
    await page.setViewportSize(phoneSize);
    await accessible(page);
    await picture(page, 'console-staff-390');
    await page.setViewportSize(deskSize);
    // An access token is made, shown once, and revoked.
    await page.getByRole('button', { name: 'Paolo Serra', exact: true }).click();
    await page.getByRole('button', { name: 'New token' }).click();
    const token = page.getByRole('dialog', { name: 'New token' });
    await token.getByLabel('What it is for').fill('books');
    await token.getByRole('button', { name: 'Make the token' }).click();
    const hts = await page.getByRole('dialog', { name: 'Shown this once' }).locator('pre').innerText();
    assert.match(hts, /^hts_/);
    const comesIn = async () => (await fetch(`${desk(demo)}v1/me`, { headers: { Authorization: `Bearer ${hts}` } })).status;
    assert.equal(await comesIn(), 200);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'Revoke the token books' }).waitFor();
    await page.getByText(hts).waitFor({ state: 'hidden' });
    await accessible(page);
    await picture(page, 'console-staff-member');
    await page.getByRole('button', { name: 'Revoke the token books' }).click();
    await page.getByRole('button', { name: 'Revoke the token books' }).waitFor({ state: 'hidden' });
    assert.equal(await comesIn(), 401);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Invite a colleague' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill('chiara@casa-lido.example');
    await accessible(page);
    await picture(page, 'console-invite');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    link = await dialog.locator('pre').innerText();
    await accessible(page);
    await picture(page, 'console-invite-link');
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'Withdraw the link of chiara' }).waitFor();
    await page.locator('.el-switch').click();
    await page.getByRole('button', { name: 'Ask for it' }).click();
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    await accessible(page);
    await picture(page, 'console-factor-1280');
    owned = await factor(page, password, 'console-factor');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: 'Staff', level: 1 }).waitFor();
  });

  // The colleague speaks Italian.
  assert.match(link, /\/console\/invitation\?token=/);
  let kept;
  await visit(browser, link, { name: 'console-joined', language: 'it', size: phoneSize, ...quiet }, async (page) => {
    await page.getByLabel('Nuova password').fill('chiara');
    await accessible(page);
    await picture(page, 'console-invitation-390');
    await page.getByLabel('Nuova password').fill(words);
    await page.getByLabel('Il tuo nome').fill('Chiara Neri');
    await page.getByRole('button', { name: 'Entra', exact: true }).click();
    await page.getByRole('heading', { name: 'Imposta un secondo fattore' }).waitFor();
    // Nothing else can be opened before.
    await page.goto(`${desk(demo)}orders`);
    await page.getByRole('heading', { name: 'Imposta un secondo fattore' }).waitFor();
    kept = await factor(page, words, 'console-factor-390');
    await page.getByRole('button', { name: 'Li ho conservati' }).click();
    await page.locator('#content h1').waitFor();
  });
  // The link worked once.
  await visit(browser, link, { name: 'console-link-gone', language: 'it', refused: [...quiet.refused, '/console/v1/invitation'] }, async (page) => {
    await page.getByRole('heading', { name: 'Questo link non funziona' }).waitFor();
    await accessible(page);
  });
  // Two browsers: by a code of the app in one, by a recovery code in the other, which is then signed out.
  const address = `${desk(demo)}account`;
  const second = async (page, code) => {
    await enter(page, { email: 'chiara@casa-lido.example', password: words });
    await page.locator('input[name="code"]').fill(code);
    await page.locator('form button[type="submit"]').click();
  };
  await visit(browser, address, { name: 'console-account-other', language: 'it', refused: [...quiet.refused, '/console/v1/sessions'] }, async (other) => {
    await second(other, kept.codes[0].toLowerCase());
    await other.getByRole('heading', { name: 'Il mio account' }).waitFor();
    await visit(browser, address, { name: 'console-account-end', language: 'it', ...quiet }, async (page) => {
      await second(page, '000000');
      await page.getByText('Il codice è sbagliato').waitFor();
      await picture(page, 'console-sign-in-code');
      await page.locator('input[name="code"]').fill(codeOf(kept.secret, 1)); // the present one was taken already
      await page.locator('form button[type="submit"]').click();
      await page.getByRole('heading', { name: 'Il mio account' }).waitFor();
      const ends = page.getByRole('button', { name: 'Disconnetti Chrome' });
      await ends.first().waitFor();
      await accessible(page);
      await picture(page, 'console-account-1280');
      await page.setViewportSize(phoneSize);
      await accessible(page);
      await picture(page, 'console-account-390');
      await page.setViewportSize(deskSize);
      // One of the others is ended by itself, and then all that are left.
      const before = await ends.count();
      await ends.last().click();
      await page.waitForFunction((n) => document.querySelectorAll('td.actions button').length === n - 1, before);
      if (before > 1) await page.getByRole('button', { name: 'Disconnetti tutti gli altri' }).click();
      await ends.first().waitFor({ state: 'hidden' });
      // The second factor is turned off by somebody who has it, once the shop does not ask for it any more.
      await staff(demo, 'PUT', '/security', { require_totp: false }); // the others of this file come without, too
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'Disattiva', exact: true }).click();
      await dialog.getByLabel('Password').fill(words);
      await dialog.getByLabel('Codice').fill(kept.codes[1]);
      await accessible(page);
      await picture(page, 'console-factor-off');
      await dialog.getByRole('button', { name: 'Disattiva', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Impostalo' }).waitFor();
    });
    await other.reload();
    await other.getByLabel('Negozio').waitFor();
    await enter(other, { email: 'chiara@casa-lido.example', password: words });
    await other.getByRole('heading', { name: 'Il mio account' }).waitFor();
  });
});

// Who has lost their password gets a link of the owner, and is in again with another one.
test('a new password is chosen by a link', async () => {
  const { items } = await staff(demo, 'GET', '/staff');
  const { link } = await staff(demo, 'POST', `/staff/${items.find((m) => m.email === 'finance@casa-lido.example').no}/reset`, {});
  await visit(browser, link, { name: 'console-reset-end', size: phoneSize, refused: [...quiet.refused, '/console/v1/invitation'] }, async (page) => {
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await page.getByLabel('New password').fill('casa-lido');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('at least 12 characters').waitFor();
    await accessible(page);
    await picture(page, 'console-reset-390');
    await page.getByLabel('New password').fill('abacus beads that click');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.locator('#content h1').waitFor();
    // A link of which half was copied is none.
    await page.goto(link.slice(0, -9));
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  });
});

// Whoever signs in lands on a page that they may see, whatever page the one before them was on, is shown nothing that
// they may not do, and is refused what they ask for by its address.
test('everybody lands where they may be, and sees nothing else', async () => {
  const sold = await new Consumer(demo, 'en').signIn('packed');
  const order = await sold.pay(await sold.order('moka-pot'));
  for (const [role, sections, closed] of [
    ['operator', ['Overview', 'Catalogue', 'Orders', 'After-sale', 'Marketing', 'Customers', 'Content', 'Operations', 'Settings'], 'staff'],
    ['warehouse', ['Overview', 'Catalogue', 'Orders', 'After-sale', 'Settings'], 'customers'],
    ['service', ['Overview', 'Catalogue', 'Orders', 'After-sale', 'Marketing', 'Customers', 'Settings'], 'jobs'],
    ['viewer', ['Overview', 'Catalogue', 'Orders', 'Marketing', 'Customers', 'Content', 'Settings'], 'after-sales'],
  ]) { // finance: the test before
    await visit(browser, `${desk(demo)}audit-log`, { name: `console-first-${role}`, ...quiet }, async (page) => {
      await signIn(page, role, 'Overview');
      assert.deepEqual((await page.getByRole('navigation', { name: 'Navigation' }).locator('> ul > li > .line').allInnerTexts()).map((x) => x.trim()), sections, role);
      const waits = page.getByRole('navigation', { name: 'What waits for you' });
      if (['warehouse', 'service'].includes(role)) {
        await waits.getByText(role === 'service' ? /^Reviews? to look at/ : /^Articles? running low/).waitFor();
        if (role === 'warehouse') await page.getByRole('heading', { name: 'Latest orders to send' }).locator('..').getByRole('link', { name: order.no }).waitFor();
        else await page.getByRole('heading', { name: 'Cases that wait for an answer' }).waitFor();
        assert.doesNotMatch(await page.locator('main').innerText(), /¥/, 'no sums');
        for (const size of [phoneSize, deskSize]) {
          await page.setViewportSize(size);
          await accessible(page);
          await picture(page, `console-overview-${role}-${size.width}`);
        }
      } else {
        await page.getByText('GMV', { exact: true }).or(page.getByText('There is nothing to count yet')).first().waitFor();
      }
      await page.goto(`${desk(demo)}${closed}`);
      await page.getByText('This page is not for your role').waitFor();
      await page.goto(`${desk(demo)}orders/${order.no}`);
      await page.getByRole('heading', { name: `Order ${order.no}` }).waitFor();
      const can = { ship: ['operator', 'warehouse'], note: ['operator', 'warehouse', 'service'] };
      assert.equal(await page.getByRole('button', { name: 'Ship', exact: true }).count(), can.ship.includes(role) ? 1 : 0, role);
      assert.equal(await page.getByRole('button', { name: /note/i }).count(), can.note.includes(role) ? 1 : 0, role);
      if (role !== 'viewer') return;
      await page.goto(`${desk(demo)}permissions`);
      await page.getByRole('heading', { name: 'Who may do what' }).waitFor();
      await page.getByRole('rowheader').first().waitFor();
      await accessible(page);
      await picture(page, 'console-permissions-1280');
      await page.setViewportSize(phoneSize);
      await accessible(page);
      await picture(page, 'console-permissions-390');
    });
  }
});

// In Chinese; the owner's second factor is of the first test.
test('被停用的同事立即退出，恢复后可以再登录', async () => {
  const lost = ['orders', 'products', 'to-do', 'figures', 'figures/best-sellers', 'categories'].map((of) => `/console/v1/${of}`);
  await visit(browser, `${desk(demo)}products`, { name: 'console-suspended', language: 'zh-CN', refused: [...quiet.refused, ...lost] }, async (paolo) => {
    await signIn(paolo, 'viewer', '商品');
    await visit(browser, `${desk(demo)}staff`, { name: 'console-suspends', language: 'zh-CN', ...quiet }, async (page) => {
      await enter(page, { email: 'owner@casa-lido.example' });
      await page.locator('input[name="code"]').fill(owned.codes[1]);
      await page.locator('form button[type="submit"]').click();
      await page.getByRole('button', { name: 'Paolo Serra', exact: true }).click();
      await page.getByRole('button', { name: '停用', exact: true }).click();
      await page.getByText('其登录、访问令牌和生成的链接会立即失效。').waitFor();
      await accessible(page);
      await page.getByRole('dialog', { name: '停用 Paolo Serra？' }).getByRole('button', { name: '停用' }).click();
      await page.getByText('已停用', { exact: true }).first().waitFor();
      await accessible(page);
      await picture(page, 'console-staff-suspended');
      // Paolo goes on with what he was at, is out, and does not get in again.
      await paolo.getByRole('link', { name: '订单', exact: true }).click();
      await paolo.locator('input[name="password"]').waitFor();
      await picture(paolo, 'console-suspended-out');
      await enter(paolo, { email: 'viewer@casa-lido.example' });
      await paolo.getByRole('alert').waitFor();
      await page.getByRole('button', { name: '恢复', exact: true }).click();
      await page.getByRole('button', { name: '停用', exact: true }).waitFor();
    });
    await signIn(paolo, 'viewer', '订单');
  });
});

// Work that gave up is tried again; who did it is told in the audit log. A notification of WeChat's is found.
test('a dead letter is tried again', async () => {
  const me = await new Consumer(demo, 'en').signIn('operations');
  const order = await me.pay(await me.order('moka-pot'));
  await demo.restart(undefined, (db) => {
    db.run(`UPDATE jobs SET status = 'dead', attempts = 60, last_error = 'stats: database is locked (5)' WHERE kind = 'figures.today'`);
  });
  await visit(browser, `${desk(demo)}jobs?status=dead`, { name: 'console-operations-end', ...quiet }, async (page) => {
    await signIn(page, 'operator', 'Background work');
    await page.getByRole('button', { name: 'Today’s figures are counted' }).waitFor();
    await accessible(page);
    await picture(page, 'console-jobs-1280');
    await page.setViewportSize(phoneSize);
    await accessible(page);
    await picture(page, 'console-jobs-390');
    await page.setViewportSize(deskSize);
    await page.getByRole('button', { name: 'Today’s figures are counted' }).click();
    await page.locator('pre', { hasText: 'database is locked' }).waitFor();
    await accessible(page);
    await picture(page, 'console-job');
    await page.keyboard.press('Escape');
    await page.locator('thead .el-checkbox').click();
    await page.getByRole('button', { name: 'Try 1 again' }).click();
    await page.getByText('Nothing matches').waitFor();
    await until('the job to be done', () => staff(demo, 'GET', '/jobs?kind=figures.today'), ({ items: [job] }) => job.status === 'queued' && job.attempts === 0 && !job.last_error);
    await page.goto(`${desk(demo)}callbacks?outcome=applied`);
    await page.getByText('Payment arrived').first().waitFor();
    await accessible(page);
    await picture(page, 'console-callbacks-1280');
    await page.setViewportSize(phoneSize);
    await accessible(page);
    await picture(page, 'console-callbacks-390');
  });
  assert.equal((await me.read(order)).status, 'paid');
});

// What was changed is read as it was and as it became. In Chinese; the owner's second factor is of the first test.
test('the audit log tells what was changed', async () => {
  const { items } = await staff(demo, 'GET', '/staff');
  const paolo = items.find((m) => m.email === 'viewer@casa-lido.example');
  await staff(demo, 'PATCH', `/staff/${paolo.no}`, { role: 'service' });
  await until('the entry', () => staff(demo, 'GET', '/audit-log?action=staff.change'), (l) => l.items.length > 0);
  await visit(browser, `${desk(demo)}audit-log?action=staff.change`, { name: 'console-audit-end', language: 'zh-CN', ...quiet }, async (page) => {
    await enter(page, { email: 'owner@casa-lido.example' });
    await page.locator('input[name="code"]').fill(owned.codes[0]);
    await page.locator('form button[type="submit"]').click();
    await page.getByRole('button', { name: '更改角色或状态' }).first().waitFor();
    await accessible(page);
    await picture(page, 'console-audit-1280');
    await page.setViewportSize(phoneSize);
    await accessible(page);
    await picture(page, 'console-audit-390');
    await page.setViewportSize(deskSize);
    await page.getByRole('button', { name: '更改角色或状态' }).first().click();
    await page.getByRole('cell', { name: '客服' }).waitFor();
    await accessible(page);
    await picture(page, 'console-audit-entry');
    await page.keyboard.press('Escape');
    await page.goto(`${desk(demo)}audit-log`);
    await page.getByRole('button', { name: '重试失败任务' }).first().waitFor();
  });
});
