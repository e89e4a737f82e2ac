// The mini program in WeChat's phone, by the words that a person reads there.
import { catalogues } from './words.js';

export class Program {
  constructor(page, language, origin) {
    this.page = page;
    this.words = catalogues[language];
    this.origin = origin;
    this.app = page.frameLocator('#app');
  }

  // t is a text of the mini program, as it says it itself.
  t(word, args = {}) {
    const [one, many = one] = this.words[word].split('|');
    return (args.n === 1 ? one : many).replace(/\{(\w+)\}/g, (_, name) => args[name]);
  }

  frame() {
    return this.page.frames().find((f) => f.url().startsWith(this.origin));
  }

  // shown is what lies in the page on top; those below it are kept, hidden.
  button(name, options = {}) {
    return this.app.getByRole('button', { name, exact: true, ...options }).filter({ visible: true });
  }

  link(name) {
    return this.app.getByRole('link', { name }).filter({ visible: true });
  }

  // tab is a place of the tab bar; a number may stand before its name.
  tab(word) {
    return this.app.getByRole('navigation').getByRole('link', { name: new RegExp(`${this.t(word)}$`) });
  }

  text(text) {
    return this.app.getByText(text, { exact: true }).filter({ visible: true });
  }

  // title waits for a page by its title in the phone's bar.
  title(text) {
    return this.page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor();
  }

  field(name) {
    return this.app.locator(`[aria-label="${name}"]`).filter({ visible: true }).locator('input, textarea');
  }

  // look reads the page that is shown again, by going to it anew.
  async look() {
    const frame = this.frame();
    const loaded = frame.waitForNavigation();
    // The answer may be lost with the page that it is of; that the next one has come is what counts.
    await frame.evaluate(() => { setTimeout(() => location.reload()); }).catch(() => {});
    await loaded;
    await this.app.locator('.screen').filter({ visible: true }).waitFor();
    await this.app.locator('[aria-busy=true]').filter({ visible: true }).waitFor({ state: 'detached' });
  }

  // press presses a button and waits for nothing: what comes of it the caller waits for.
  press(word, args) {
    return this.button(this.t(word, args)).last().click();
  }
}
