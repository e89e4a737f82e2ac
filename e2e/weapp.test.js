// The build for WeChat, as far as it can be tried without WeChat: its own compiler takes every template and style
// sheet, and the pages boot in a stand-in of its runtime, sign in and load what they show. How it looks on a phone
// this does not prove.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './consumer.js';
import { openDemo } from './demo.js';
import { Weapp, folder } from './weapp.js';

const files = (ending) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith(ending)).sort();
const system = { linux: 'linux', darwin: 'mac' }[process.platform];
const compiler = (name) => fileURLToPath(new URL(`../miniprogram-stub/node_modules/miniprogram-compiler/bin/${system}/${name}`, import.meta.url));

// compile runs one of WeChat's compilers, which come without the right to be run. Of some mistakes it only
// complains, and ends well.
function compile(name, sources, cwd = folder) {
  chmodSync(compiler(name), 0o755);
  const args = [...(name === 'wcc' ? ['-d'] : ['-db', '-pc', String(sources.length)]), ...sources.map((f) => `./${f}`)];
  const { status, stdout, stderr } = spawnSync(compiler(name), args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 });
  return { compiled: stdout, wrong: `${status || ''}${stderr.replace('error file count: 0', '').trim()}` };
}

const here = { skip: !system && 'there is one for Linux and macOS' };

test("WeChat's compiler takes every template", here, () => {
  const templates = files('.wxml');
  assert.ok(templates.length > 30);
  const { compiled, wrong } = compile('wcc', templates);
  assert.equal(wrong, '');
  for (const t of templates) assert.ok(compiled.includes(t), t);
});

test("WeChat's compiler takes every style sheet", here, () => {
  const { compiled, wrong } = compile('wcsc', files('.wxss'));
  assert.equal(wrong, '');
  for (const rule of ['.sheet-card', '.gallery', '.line-tick']) assert.ok(compiled.includes(rule), rule);
});

test('what is wrong the compilers refuse', here, async () => {
  const bad = await mkdtemp(path.join(tmpdir(), 'hutong-weapp-'));
  try {
    await writeFile(path.join(bad, 'open.wxml'), '<view><text>x</view>');
    await writeFile(path.join(bad, 'list.wxml'), '<view wx:for="{{a b}}"/>');
    await writeFile(path.join(bad, 'open.wxss'), '.a { color: red;');
    for (const [name, file] of [['wcc', 'open.wxml'], ['wcc', 'list.wxml'], ['wcsc', 'open.wxss']]) {
      assert.notEqual(compile(name, [file], bad).wrong, '', file);
    }
  } finally {
    await rm(bad, { recursive: true });
  }
});

test('every page and component that is named is there', () => {
  const app = JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8'));
  const pages = [...app.pages, ...app.subPackages.flatMap((s) => s.pages.map((p) => `${s.root}/${p}`))];
  const scripts = new Set(files('.js'));
  for (const page of pages) assert.ok(scripts.has(`${page}.js`), page);
  for (const file of files('.json')) {
    const { usingComponents = {} } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    for (const [tag, at] of Object.entries(usingComponents)) {
      assert.ok(scripts.has(`${path.join(path.dirname(file), at)}.js`), `${file}: ${tag}`);
      // A component may not take the name of one of WeChat's own.
      assert.ok(!['icon', 'image', 'button', 'text', 'view', 'input', 'form', 'label', 'picker', 'slider', 'switch', 'progress', 'rich-text', 'map', 'video'].includes(tag), tag);
    }
  }
});

let demo;
before(async () => { demo = await openDemo(); });
after(() => demo?.close());

// holds tells whether what a page hands to be drawn has a list of at least so many.
const holds = (page, many) => Object.values(page.data).some((v) => Array.isArray(v) && v.length >= many);

test('the pages boot, sign in and load what they show', async () => {
  const weapp = new Weapp(demo, 'weapp');
  weapp.launch();
  const home = weapp.open('pages/home/home');
  await until('the home page', async () => home, (page) => holds(page, 20));
  const categories = weapp.open('pages/categories/categories');
  await until('the categories', async () => categories, (page) => holds(page, 5));
  const product = weapp.open('pages/product/product', { handle: 'moka-pot' });
  await until('the product', async () => JSON.stringify(product.data), (data) => data.includes('八角摩卡壶'));
  assert.equal(product.onShareAppMessage().path, '/pages/product/product?handle=moka-pot');
  assert.ok(product.onShareAppMessage().imageUrl.startsWith(new URL(demo.shop).origin));
  weapp.open('pages/me/me');
  await until('who is signed in', async () => weapp.asked, (asked) => asked.some((a) => /^GET .*\/me 200$/.test(a)));
  assert.equal(weapp.asked.filter((a) => a.includes('/session')).length, 1, 'one sign-in for all');
  assert.deepEqual(weapp.asked.filter((a) => !/ 20[014]$/.test(a)), []);
});

test('every page and every component boots', async () => {
  const weapp = new Weapp(demo, 'weapp-all');
  weapp.launch();
  const app = JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8'));
  const pages = [...app.pages, ...app.subPackages.flatMap((s) => s.pages.map((p) => `${s.root}/${p}`))];
  for (const page of pages) assert.ok(weapp.open(page, {}).data, page);
  for (const file of files('.js').filter((f) => f.startsWith('components/'))) weapp.require(file);
});

test('the main package is small', async () => {
  const app = JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8'));
  const parts = app.subPackages.map((s) => `${s.root}/`);
  const main = files('').map((f) => statSync(path.join(folder, f)).isFile() && !parts.some((p) => f.startsWith(p)) ? statSync(path.join(folder, f)).size : 0);
  const size = main.reduce((a, b) => a + b, 0);
  assert.ok(size > 100_000 && size < 1.5 * 1024 * 1024, `${size} bytes`);
});
