// The mini program in WeChat's phone, and what its tests share.
import path from 'node:path';
import { accessible, artifacts, phoneSize, picture, visit } from './browser.js';
import { Program } from './program.js';

// open shows the mini program in the phone, and wants that it asks nobody but the shop.
export function open({ browser, demo }, user, language, name, act, { refused = [] } = {}) {
  const url = new URL(demo.app);
  url.searchParams.set('user', user);
  const origin = new URL(url.searchParams.get('app')).origin;
  return visit(browser, url.href, { name, size: phoneSize, language, origins: [origin], refused: ['/v1/casa-lido/addresses', ...refused] }, (page) => act(new Program(page, language, origin)));
}

// seen keeps what a page looks like, once axe has nothing to say of it.
export async function seen(p, name) {
  await accessible(p.frame());
  await picture(p.page, name);
}

// show adds a picture of the phone's, which is one of those that are kept here. Who has shown nothing personal before
// is asked for consent first.
export async function show(p, of, { asked = false } = {}) {
  const chosen = p.page.waitForEvent('filechooser');
  await p.button(p.t('photo.add')).click();
  if (asked) await p.press('privacy.agree');
  const chooser = await chosen;
  await chooser.setFiles(path.join(artifacts, `${of}.png`));
  await p.button(p.t('photo.remove', { n: 1 })).waitFor();
  await p.app.getByRole('progressbar').waitFor({ state: 'detached' });
}
