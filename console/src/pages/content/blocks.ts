import { DocumentCopy, Grid, Memo, Notification, Picture, Timer, User } from '@element-plus/icons-vue';
import type { Component } from 'vue';
import type { Schemas } from '@/api/call';
import { language } from '@/words';

export type Text = Record<string, string>;
export type Kind = Block['kind'];
/** A block as the form has it: every field is there. */
export interface Block {
  kind: 'banner' | 'category_row' | 'product_shelf' | 'group_shelf' | 'flash_shelf' | 'rich_text' | 'notice';
  title: Text; text: Text; picture: string; link: string; categories: string[]; products: string[]; category: string; limit: number; campaign: string; promotion: string;
}
/** A block of the editor keeps its key when it is moved. */
export interface Item { key: number; block: Block }
export type Named = Schemas['BrandPageNamed'];

export const kinds: Kind[] = ['banner', 'category_row', 'product_shelf', 'group_shelf', 'flash_shelf', 'rich_text', 'notice'];
export const icons: Record<Kind, Component> = { banner: Picture, category_row: Grid, product_shelf: DocumentCopy, group_shelf: User, flash_shelf: Timer, rich_text: Memo, notice: Notification };
/** How many a page, and a row or a shelf, may have. */
export const most = { blocks: 50, entries: 20 };

let last = 0;
export const item = (block: Block): Item => ({ key: ++last, block });
export const fresh = (kind: Kind): Block => ({ kind, title: {}, text: {}, picture: '', link: '', categories: [], products: [], category: '', limit: 0, campaign: '', promotion: '' });
export const filled = (b: Schemas['Block']): Block => ({ ...fresh(b.kind as Kind), ...(JSON.parse(JSON.stringify(b)) as Partial<Block>) });

/** refsOf is what a block leads to, of what its kind shows. */
export function refsOf(b: Block): string[] {
  if (b.kind === 'banner') return b.link ? [b.link] : [];
  if (b.kind === 'category_row') return b.categories.map((c) => `category:${c}`);
  if (b.kind === 'product_shelf') return b.category ? [`category:${b.category}`] : b.products.map((p) => `product:${p}`);
  return [];
}

/** said is a text without what is empty or in a language that the shop does not speak any more. */
export const said = (text: Text, languages: readonly string[]) => Object.fromEntries(Object.entries(text).filter(([l, words]) => words.trim() && languages.includes(l)));

/** sent is a block as the API wants it: only the fields of its kind, and nothing empty. */
export function sent(b: Block, languages: readonly string[]): Schemas['Block'] {
  const out: Record<string, unknown> = { kind: b.kind };
  const put = (name: string, value: unknown) => {
    if (Array.isArray(value) ? value.length : typeof value === 'object' ? Object.keys(value as object).length : value) out[name] = value;
  };
  put('title', said(b.title, languages));
  if (b.kind === 'banner') {
    put('picture', b.picture);
    put('link', b.link);
  }
  if (b.kind === 'rich_text' || b.kind === 'notice') put('text', said(b.text, languages));
  if (b.kind === 'category_row') put('categories', b.categories);
  if (b.kind === 'product_shelf') {
    put(b.category ? 'category' : 'products', b.category || b.products);
    put('limit', b.limit);
  }
  if (b.kind === 'group_shelf') put('campaign', b.campaign);
  if (b.kind === 'flash_shelf') put('promotion', b.promotion);
  return out as Schemas['Block'];
}

/** wordsOf is a text in the reader's language, or in the shop's. */
export function wordsOf(text: Text | undefined, languages: readonly string[], rich = false) {
  const plain = (s: string) => (!rich ? s : s.replace(/<[^>]*>/g, ' ').replace(/&amp;/g, '&').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&(nbsp|#160);/g, ' ')).replace(/\s+/g, ' ').trim();
  for (const l of [language(), ...languages]) if (text?.[l]?.trim()) return plain(text[l]);
  return '';
}
