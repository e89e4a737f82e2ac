// What a consumer keeps, says and may ask for: favourites and history, reviews with a picture, a copy of their data,
// and being forgotten.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { open, seen, show } from './app.js';
import { openBrowser } from './browser.js';
import { Consumer, staff, until } from './consumer.js';
import { openDemo } from './demo.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

test('what one likes and has looked at is kept, and let go', async () => {
  await open({ browser, demo }, 'keeps', 'en', 'program-kept', async (p) => {
    await p.link('Moka pot').first().click();
    await p.title('Moka pot');
    await p.button(p.t('favourite')).click();
    await p.text(p.t('favourite.added')).waitFor();
    await seen(p, 'program-en-m-liked');
    await p.frame().evaluate(() => history.back());
    await p.tab('tab.me').click();
    await seen(p, 'program-en-n-me');
    await p.link(p.t('favourites')).click();
    await p.title(p.t('favourites'));
    await p.link('Moka pot').waitFor();
    await seen(p, 'program-en-o-favourites');
    await p.button(p.t('cart.remove', { title: 'Moka pot' })).click();
    await p.text(p.t('favourites.none')).waitFor();
    await p.frame().evaluate(() => history.back());
    await p.link(p.t('history')).click();
    await p.title(p.t('history'));
    await p.link('Moka pot').waitFor();
    await seen(p, 'program-en-p-history');
    const remember = p.app.getByRole('switch', { name: p.t('history.remember') });
    await remember.click();
    await p.text(p.t('history.paused')).waitFor();
    await p.press('history.clear');
    await p.app.locator('.uni-modal__btn_primary').click();
    await p.text(p.t('history.none')).waitFor();
    await seen(p, 'program-en-q-history-empty');
  });
});

const languages = ['zh-CN', 'en', 'it'];
for (const language of languages) {
  test(`what came is reviewed with a picture, and others read it, in ${language}`, async () => {
    const name = `reviews-${language}`;
    const me = await new Consumer(demo, language).signIn(name);
    const order = await me.pay(await me.order('olive-oil-soap'));
    await staff(demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill: `SF00000${languages.indexOf(language)}` }] });
    await me.post(`/orders/${order.no}/receipt`);
    const words = `Smells of the garden (${language})`;
    await open({ browser, demo }, name, language, `program-${language}-reviewed`, async (p) => {
      await p.tab('tab.me').click();
      await p.link(p.t('reviews.mine')).click();
      await p.title(p.t('reviews.mine'));
      await p.button(p.t('review.write')).waitFor();
      await seen(p, `program-${language}-r-open`);
      await p.press('review.write');
      await p.title(p.t('review.write'));
      await p.app.getByRole('radio', { name: p.t('stars', { n: 4 }) }).click();
      await p.app.locator('textarea').filter({ visible: true }).fill(words);
      await show(p, `program-${language}-r-open`, { asked: true });
      await seen(p, `program-${language}-s-write`);
      await p.press('review.send');
      await p.title(p.t('reviews.mine'));
      await p.text(words).waitFor();
      await until('the review', async () => { await p.look(); return p.text(p.t('review.is.published')).count(); }, (n) => n > 0);
      await seen(p, `program-${language}-t-written`);
    });
    await open({ browser, demo }, `reads-${language}`, language, `program-${language}-u-read`, async (p) => {
      await p.link(order.lines[0].title).first().click();
      await p.title(order.lines[0].title);
      await p.text(words).waitFor();
      await p.link(new RegExp(p.t('reviews'))).click();
      await p.title(p.t('reviews'));
      await p.button(p.t('reviews.pictures')).click();
      await p.text(words).waitFor();
      await p.button(p.t('stars', { n: 1 })).click();
      await p.text(p.t('reviews.none')).waitFor();
      await p.button(p.t('reviews.all')).click();
      await p.text(words).waitFor();
      await seen(p, `program-${language}-u-reviews`);
    });
  });
}

test('one gets a copy of one’s data, and is forgotten', async () => {
  const me = await new Consumer(demo, 'en').signIn('forgets');
  await open({ browser, demo }, 'forgets', 'en', 'program-forgotten', async (p) => {
    await p.tab('tab.me').click();
    await p.link(p.t('privacy')).click();
    await p.title(p.t('privacy'));
    const [download] = await Promise.all([p.page.waitForEvent('download'), p.press('privacy.export')]);
    const { account } = JSON.parse(await readFile(await download.path(), 'utf8'));
    assert.equal(account.no, (await me.get('/me')).no);
    await seen(p, 'program-en-v-privacy');
    await p.press('privacy.delete');
    await p.app.locator('.uni-modal__btn_primary').click();
    await p.text(p.t('privacy.deleted')).waitFor();
  });
  await assert.rejects(me.get('/me'));
});
