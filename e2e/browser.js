// Chromium, and pages that are watched: whatever they ask for must come from the demonstration, and nothing
// may go wrong in them unseen.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

// artifacts is where pictures are kept.
export const artifacts = fileURLToPath(new URL('artifacts/', import.meta.url));

export const phoneSize = { width: 390, height: 844 };
export const deskSize = { width: 1280, height: 800 };

// openBrowser starts Chromium with an empty profile.
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
}

// visit opens a page for one person, lets them act, and then wants that it asked nobody but its own server
// and those named, and that nothing was wrong: no error in the console (a broken policy is one), and no answer
// beyond 399 but from the paths in refused. With bypassCSP the pages have no policy to rely on. What the page looks like at the end is kept.
export async function visit(browser, url, { name, size = deskSize, language = 'en', origins = [], refused = [], bypassCSP = false }, act) {
  const context = await browser.newContext({ viewport: size, locale: language, reducedMotion: 'reduce', bypassCSP });
  context.setDefaultTimeout(20_000);
  const wrong = [];
  const known = [new URL(url).origin, ...origins];
  context.on('request', (r) => {
    const asked = new URL(r.url());
    if (/^https?:|^wss?:/.test(asked.protocol) && !known.includes(asked.origin)) wrong.push(`asked ${r.url()}`);
  });
  context.on('response', (r) => {
    if (r.status() > 399 && !refused.includes(new URL(r.url()).pathname)) wrong.push(`${r.status()} from ${r.url()}`);
  });
  context.on('requestfailed', (r) => {
    const why = r.failure().errorText;
    if (why !== 'net::ERR_ABORTED') wrong.push(`${why} from ${r.url()}`); // aborted: the page was left
  });
  context.on('console', (m) => {
    const answered = m.text().startsWith('Failed to load resource'); // told above
    if (['error', 'warning'].includes(m.type()) && !answered) wrong.push(`console: ${m.text()}`);
  });
  context.on('weberror', (e) => wrong.push(`error: ${e.error().stack}`));
  const page = await context.newPage();
  try {
    await page.goto(url);
    await act(page);
    assert.equal(wrong.length, 0, 'something was wrong');
  } catch (err) {
    if (wrong.length) err.message += `\nand in the page: ${wrong.join('; ')}`;
    throw err;
  } finally {
    await picture(page, name);
    await context.close();
  }
}

// picture keeps what the page looks like.
export async function picture(page, name) {
  await mkdir(artifacts, { recursive: true });
  await page.screenshot({ path: path.join(artifacts, `${name}.png`) });
}

// accessible wants that axe finds nothing serious in the page, once it has come to rest: what is fading away has
// the contrast of nothing.
export async function accessible(page) {
  await page.locator('.uni-toast').waitFor({ state: 'hidden' });
  await page.waitForFunction(() => document.getAnimations()
    .every((a) => a.playState !== 'running' || a.effect.getComputedTiming().endTime === Infinity));
  await page.evaluate(axe.source); // by the debugger: the page's policy allows no script of others
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id} (${v.help}), ${v.nodes.length} times, ${v.nodes.map((n) => n.html + n.failureSummary).join('\n')}`);
  });
  assert.deepEqual(found, []);
}
