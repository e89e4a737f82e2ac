import { pictureAt } from './picture';

/** A text of a shop: HTML to show, and the links that were in it. */
export interface RichText {
  html: string;
  links: { text: string; to: string }[];
}

const styles: Record<string, string> = {
  h1: 'margin:20px 0 8px;font-size:20px;line-height:28px;font-weight:600',
  h2: 'margin:20px 0 8px;font-size:16px;line-height:24px;font-weight:600',
  h3: 'margin:16px 0 8px;font-size:14px;line-height:24px;font-weight:600',
  p: 'margin:0 0 12px',
  ul: 'margin:0 0 12px;padding-left:20px;list-style:disc',
  ol: 'margin:0 0 12px;padding-left:20px;list-style:decimal',
  li: 'margin:0 0 4px',
  img: 'max-width:100%;height:auto;border-radius:12px',
  a: 'color:inherit;text-decoration:none',
};

/**
 * The server's HTML, which is safe, as a rich-text component can show it: it knows no style sheet, so that each
 * element brings its own style, and no link of it can be tapped, so that those to products, categories and pages
 * stand apart.
 */
export function richTextOf(html: string): RichText {
  const links: RichText['links'] = [];
  const without = html.replace(/<a\s[^>]*href="((?:product|category|page):[^"]+)"[^>]*>(.*?)<\/a>/gs, (_, to: string, text: string) => {
    links.push({ text: plain(text), to });
    return '';
  }).replace(/<p>\s*<\/p>/g, '');
  const styled = without.replace(/<(\w+)((?:\s[^>]*)?)>/g, (whole, tag: string, rest: string) => (
    styles[tag] ? `<${tag} style="${styles[tag]}"${rest}>` : whole
  )).replace(/src="([^"]*)"/g, (_, url: string) => (pictureAt(url) ? `src="${pictureAt(url)}"` : ''));
  return { html: styled, links };
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#34': '"' };

function plain(html: string) {
  return html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
