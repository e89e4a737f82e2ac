// The description of the API, as its readers open it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, deskSize, openBrowser, phoneSize, picture, visit } from './browser.js';
import { openDemo } from './demo.js';

let demo;
let browser;
before(async () => { [demo, browser] = await Promise.all([openDemo(), openBrowser()]); });
after(async () => { await Promise.all([demo?.close(), browser?.close()]); });

for (const size of [deskSize, phoneSize]) {
  test(`the description is shown at ${size.width} pixels`, async () => {
    const { paths } = await (await fetch(new URL('/openapi.json', demo.docs))).json();
    const operations = Object.values(paths).flatMap(Object.values);
    await visit(browser, demo.docs, { name: `docs-${size.width}-open`, size }, async (page) => {
      await page.getByRole('heading', { name: /^Hutong/ }).waitFor();
      const shown = page.locator('.opblock');
      await shown.first().waitFor();
      assert.equal(await shown.count(), operations.length);
      await picture(page, `docs-${size.width}`);
      await accessible(page);

      const order = page.locator('#operations-Orders-place-order');
      await order.getByRole('button', { name: /Buy a basket/ }).click();
      await order.getByText('Made by the caller, new for each thing to be done').waitFor();
      await order.getByText(/Codes: .*out_of_stock/).first().waitFor();
      await accessible(page);
    });
  });
}

test('an operation is tried from the page', async () => {
  await visit(browser, `${demo.docs}#/Shop/get-shop`, { name: 'docs-tried' }, async (page) => {
    const operation = page.locator('#operations-Shop-get-shop');
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByPlaceholder('brand').fill(demo.shop.split('/').pop());
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText('"casa-lido"').first().waitFor();
  });
});

test('each problem is described where its type leads', async () => {
  await visit(browser, new URL('/problems/out_of_stock', demo.docs).href, { name: 'docs-from-problem', size: phoneSize }, async (page) => {
    await page.getByText('库存不足。').waitFor();
    await accessible(page);
    await picture(page, 'problem');
    await page.getByRole('link', { name: 'All of the API' }).click();
    await page.locator('.opblock').first().waitFor();
  });
});
