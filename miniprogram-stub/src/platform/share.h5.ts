/** Whether a button can open WeChat's list of chats by itself. */
export const opensChats = false;

/** What one would send somebody: the address of a page. */
export function linkOf(path: string) {
  const base = location.pathname.match(/^\/shop\/[^/]+/)?.[0] ?? '';
  return `${location.origin}${base}${path}`;
}
