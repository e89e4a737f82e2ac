import { brand } from '@platform/place';
import { systemLanguage } from '@platform/system';
import { ref } from 'vue';
import en from './en';
import it from './it';
import zh from './zh-CN';

export type Word = keyof typeof zh;
export type Language = 'zh-CN' | 'en' | 'it';

export const catalogues: Record<Language, Record<Word, string>> = { 'zh-CN': zh, en, it };
export const names: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English', it: 'Italiano' };

const key = `${brand}/language`;

/** The language that everything is in. */
export const language = ref<Language>(match(uni.getStorageSync(key)) ?? match(systemLanguage()) ?? 'zh-CN');

function match(tag: string): Language | undefined {
  return (Object.keys(catalogues) as Language[]).find((l) => l.slice(0, 2) === tag?.slice(0, 2).toLowerCase());
}

/** Chooses the language, from now on. */
export function speak(to: Language) {
  language.value = to;
  uni.setStorageSync(key, to);
}

/** A text. {name} in it is replaced by the argument; of "one|many", n chooses. */
export function t(word: Word, args: Record<string, string | number> = {}): string {
  const [one, many = one] = catalogues[language.value][word].split('|');
  return (args.n === 1 ? one : many).replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
}
