// People and their sign-in: the owner asks for a second factor, a colleague comes by a link and is led to set one up.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { openDemo } from './demo.js';
import { desk, enter, quiet, signIn } from './desk.js';

let demo;
let browser;
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
async function factor(page, password, name) {
  await page.locator('input[name="current"]').fill(password);
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
  const owned = 'red lanterns at dusk';
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
    await factor(page, owned, 'console-factor');
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
    await page.getByRole('heading', { name: 'Ordini', level: 1 }).waitFor();
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
      const before = await ends.count();
      await ends.first().click();
      await page.waitForFunction((n) => document.querySelectorAll('td.actions button').length === n - 1, before);
    });
    await other.reload();
    await other.getByLabel('Negozio').waitFor();
  });
});
