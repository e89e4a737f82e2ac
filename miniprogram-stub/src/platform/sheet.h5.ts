/**
 * Keeps the keyboard inside the sheet that is opening and what is behind it still, until it is released; then
 * the focus goes back to where it was. Escape closes.
 */
export function holdPage(close: () => void) {
  const before = document.activeElement as HTMLElement | null;
  const sheet = () => [...document.querySelectorAll<HTMLElement>('.sheet-card')].at(-1);
  const reachable = () => [...sheet()?.querySelectorAll<HTMLElement>('[tabindex="0"], input, textarea, a[href]') ?? []]
    .filter((e) => e.getAttribute('aria-disabled') !== 'true' && e.offsetParent !== null);
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Escape') close();
    if (e.key !== 'Tab') return;
    const all = reachable();
    const at = all.indexOf(document.activeElement as HTMLElement);
    e.preventDefault();
    all[(at + (e.shiftKey ? -1 : 1) + all.length) % all.length]?.focus();
  };
  document.addEventListener('keydown', keys);
  document.documentElement.classList.add('held');
  const focusing = setTimeout(() => reachable()[0]?.focus({ preventScroll: true }), 60);
  return () => {
    clearTimeout(focusing);
    document.removeEventListener('keydown', keys);
    document.documentElement.classList.remove('held');
    before?.focus?.({ preventScroll: true });
  };
}
