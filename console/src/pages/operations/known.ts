import { i18n, language, has, t } from '@/words';

/** keyOf is how a code such as order.ship is called among the words. */
const keyOf = (code: string) => code.replaceAll('.', '-');

/** called is a code in words, or itself while there are none: the server may learn new ones before us. */
export function called(under: string, code: string) {
  const key = `${under}.${keyOf(code)}`;
  return has(key) ? t(key) : code;
}

/** options are the codes that there are words for, in the order of their words. */
export function options(under: 'jobs' | 'actions') {
  const words = (i18n.global.getLocaleMessage(language()) as unknown as Record<string, Record<string, unknown>>)[under] ?? {};
  return Object.keys(words)
    .map((key) => ({ value: key.replaceAll('-', '.'), label: t(`${under}.${key}`) }))
    .sort((a, b) => a.label.localeCompare(b.label, language()));
}
