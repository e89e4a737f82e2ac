import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

// docs/permissions.md is drawn from the table that guards the API; the page that shows the table has words for each row.
test('every permission is told in every language', async () => {
  const table = readFileSync(path.resolve(import.meta.dirname, '../../docs/permissions.md'), 'utf8');
  const all = [...table.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name!.replace('.', '_'));
  expect(all.length).toBeGreaterThan(30);
  for (const [file, words] of Object.entries(import.meta.glob<{ default: Record<string, string> }>('../src/words/*/permissions.ts', { eager: true }))) {
    expect([file, ...all.filter((name) => !words.default[name])]).toEqual([file]);
  }
});
