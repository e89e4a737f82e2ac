import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const languages = ['zh-CN', 'en', 'it'] as const;
const files = import.meta.glob<{ default: Record<string, unknown> }>('../src/words/*/*.ts', { eager: true });

type Words = Record<string, string>;

function flat(words: unknown, under: string, into: Words) {
  for (const [key, value] of Object.entries(words as Record<string, unknown>)) {
    if (typeof value === 'string') into[`${under}${key}`] = value;
    else flat(value, `${under}${key}.`, into);
  }
}

const all = Object.fromEntries(languages.map((l) => {
  const words: Words = {};
  for (const [path, file] of Object.entries(files)) {
    const [, language, area] = /\/([\w-]+)\/([\w-]+)\.ts$/.exec(path)!;
    if (language === l) flat(file.default, `${area}.`, words);
  }
  return [l, words];
})) as Record<(typeof languages)[number], Words>;

describe('the words', () => {
  test.each(languages)('in %s are all there, and nothing besides', (l) => {
    expect(Object.keys(all[l]).sort()).toEqual(Object.keys(all.en).sort());
    expect(Object.entries(all[l]).filter(([, text]) => !text.trim()).map(([key]) => key)).toEqual([]);
  });

  test.each(['zh-CN', 'it'] as const)('in %s name the same figures', (l) => {
    const figures = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const [key, text] of Object.entries(all.en)) expect([key, ...figures(all[l][key])]).toEqual([key, ...figures(text)]);
  });

  test('in Chinese and Italian are not left in English', () => {
    const latin = Object.entries(all['zh-CN']).filter(([, text]) => !/\p{Script=Han}/u.test(text) && /[a-z]{4}/i.test(text));
    expect(latin.filter(([, text]) => !/^(https?:|[A-Z0-9_-]+$|E-mail|Hutong|WeChat)/.test(text)).map(([key]) => key)).toEqual([]);
    const same = Object.entries(all.it).filter(([key, text]) => text === all.en[key] && /[a-z]+ [a-z]+ [a-z]+/i.test(text));
    expect(same.map(([key]) => key)).toEqual([]);
  });

  // A key that is written out in a page must have a text; those that are put together are tried by the journeys.
  test('that pages ask for exist', () => {
    const src = path.resolve(import.meta.dirname, '../src');
    const missing: string[] = [];
    for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(vue|ts)$/.test(name) || name.startsWith('words/') || name.endsWith('schema.d.ts')) continue;
      const text = readFileSync(`${src}/${name}`, 'utf8');
      for (const [, key] of text.matchAll(/\bt\(\s*'([\w.-]+)'/g)) if (!(key in all.en)) missing.push(`${name}: ${key}`);
      for (const [, key] of text.matchAll(/\b(?:title|words|label|lead): '([\w-]+\.[\w.-]+)'/g)) {
        if (!(key in all.en) && !Object.keys(all.en).some((k) => k.startsWith(`${key}.`))) missing.push(`${name}: ${key}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
