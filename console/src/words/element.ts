import { shallowRef } from 'vue';
import type { Language as Words } from 'element-plus/es/locale';
import type { Language } from '.';

const of: Record<Language, () => Promise<{ default: Words }>> = {
  'zh-CN': () => import('element-plus/es/locale/lang/zh-cn'),
  en: () => import('element-plus/es/locale/lang/en'),
  it: () => import('element-plus/es/locale/lang/it'),
};

/** The words of Element Plus itself, such as the names of the months. */
export const elementWords = shallowRef<Words>();

export async function speakElement(to: Language) {
  elementWords.value = (await of[to]()).default;
}
