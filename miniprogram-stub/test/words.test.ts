import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogues, language, speak, t, type Language, type Word } from '@/words';

const languages = Object.keys(catalogues) as Language[];
const keys = Object.keys(catalogues['zh-CN']) as Word[];
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

// All that is said anywhere in the source: t('word'), t(`word.${x}`), and words kept in tables.
const src = new URL('../src/', import.meta.url);
const source = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.(vue|ts)$/.test(f) && !f.startsWith('words/') && !f.endsWith('schema.d.ts'))
  .map((f) => readFileSync(new URL(f, src), 'utf8')).join('\n');

describe('the words', () => {
  it.each(languages)('are all there in %s', (l) => {
    expect(Object.keys(catalogues[l]).sort()).toEqual([...keys].sort());
  });

  it.each(languages)('have the same places for what is put in, in %s', (l) => {
    for (const k of keys) {
      for (const form of catalogues[l][k].split('|')) expect([k, places(form)]).toEqual([k, places(catalogues['zh-CN'][k])]);
    }
  });

  it('differ from Chinese where there is anything to translate', () => {
    const han = /\p{Script=Han}/u;
    for (const l of ['en', 'it'] as const) expect(keys.filter((k) => han.test(catalogues[l][k]))).toEqual([]);
  });

  it('are all used', () => {
    const made = [...source.matchAll(/`([\w.]+\.)\$\{/g)].map((m) => m[1]);
    expect(keys.filter((k) => !source.includes(`'${k}'`) && !made.some((m) => k.startsWith(m)))).toEqual([]);
  });

  it('leave no sentence in the pages themselves', () => {
    const han = /^(?!\s*(\/\/|\*|\/\*)).*\p{Script=Han}.*/gmu;
    expect(source.match(han)?.filter((l) => !l.includes('const empty =') && !l.includes('/市$/') && !l.includes("zh-CN' ?") && !l.includes('年')) ?? []).toEqual([]);
  });

  it('choose one or many, and the language that is spoken', () => {
    speak('en');
    expect([t('pieces', { n: 1 }), t('pieces', { n: 2 })]).toEqual(['1 item', '2 items']);
    speak('it');
    expect(t('pieces', { n: 2 })).toBe('2 articoli');
    expect(language.value).toBe('it');
  });
});
