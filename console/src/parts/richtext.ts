import Image from '@tiptap/extension-image';

/** What the editor of texts can show and give back as it was. */
const known = new Set([
  'p', 'br', 'hr', 'div', 'span', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'b', 'strong', 'i', 'em', 'u', 's', 'del', 'ul', 'ol', 'li',
  'a', 'img', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'colgroup', 'col',
]);

/** strange are the names of the elements that the editor would lose. Nothing in the text is loaded or run to find out. */
export function strange(html: string) {
  const found = new DOMParser().parseFromString(html, 'text/html');
  return [...new Set([...found.body.querySelectorAll('*')].map((e) => e.localName))].filter((name) => !known.has(name)).sort();
}

/** The addresses of pictures that the server keeps. */
const kept = /^(https:\/\/[^/?#\s]|\/media\/[0-9A-Za-z._-]+$)/;

/**
 * picture is the editor's picture. One of another site is told by its address: our pages ask no other site for
 * anything. What is neither the shop's own nor of the web is left out.
 */
export const picture = (elsewhere: string) => Image.extend({
  parseHTML: () => [{ tag: 'img[src]', getAttrs: (e) => (kept.test(e.getAttribute('src') ?? '') ? null : false) }],
  addNodeView: () => ({ node }) => {
    const src = String(node.attrs.src);
    const dom = document.createElement(src.startsWith('/media/') ? 'img' : 'span');
    if (dom instanceof HTMLImageElement) {
      dom.src = src;
      dom.alt = String(node.attrs.alt ?? '');
    } else {
      dom.className = 'elsewhere';
      dom.textContent = `${elsewhere} ${src}`;
    }
    return { dom };
  },
}).configure({ inline: false, allowBase64: false });
