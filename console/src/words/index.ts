import { createI18n } from 'vue-i18n';
import { speakElement } from './element';

/** The languages of the console, each by its own name. */
export const languages = { 'zh-CN': '中文', en: 'English', it: 'Italiano' } as const;
export type Language = keyof typeof languages;

const files = import.meta.glob<{ default: Record<string, unknown> }>('./*/*.ts');
const kept = 'hutong.language';

/** chosen is what somebody has chosen before, else what their browser asks for. */
function chosen(): Language {
  const before = localStorage.getItem(kept);
  if (before && before in languages) return before as Language;
  for (const asked of navigator.languages) {
    const found = (Object.keys(languages) as Language[]).find((l) => l.split('-')[0] === asked.split('-')[0]);
    if (found) return found;
  }
  return 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: chosen() as string,
  fallbackLocale: false,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
  messages: {} as Record<string, Record<string, string>>,
});

/** language is what the console speaks at present. */
export function language() {
  return i18n.global.locale.value as Language;
}

export const t = i18n.global.t as (key: string, figures?: Record<string, unknown> | number, plural?: number) => string;

/** namedIn is a text of the API that is there in several languages, in ours or in one that there is. */
export function namedIn(text: Partial<Record<string, string>> | undefined) {
  if (!text) return '';
  return text[language()] ?? text.en ?? text['zh-CN'] ?? Object.values(text)[0] ?? '';
}

/** has tells whether there is a text for a key, for states and codes that the server may learn before us. */
export const has = (key: string) => i18n.global.te(key, language());

/** speak changes the language. A file words/{language}/{area}.ts is under the name of its area. */
export async function speak(to: Language) {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`./${to}/`));
  const words: Record<string, unknown> = {};
  await Promise.all([speakElement(to), ...own.map(async ([path, load]) => {
    words[path.replace(/^.*\/|\.ts$/g, '')] = (await load()).default;
  })]);
  i18n.global.setLocaleMessage(to, words as never);
  i18n.global.locale.value = to;
  localStorage.setItem(kept, to);
  document.documentElement.lang = to;
}
