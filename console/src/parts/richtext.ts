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
