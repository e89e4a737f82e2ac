import { shallowRef } from 'vue';
import { catalogues, language, type Language } from '@/words';

/** Leave to look at one page or product that is not published yet, which the console gives for a while. */
export interface Preview { of: string; token: string }

// It comes behind the # of the address, which no server sees, and does not stay there: an address that is sent on
// shows the shop as it is.
const given = /^#preview=((?:product:)?[^.]+)\.([\w-]+)$/.exec(location.hash);
export const preview = shallowRef<Preview | undefined>(given ? { of: decodeURIComponent(given[1]), token: given[2] } : undefined);
if (given) history.replaceState(history.state, '', location.pathname + location.search);

/** Tells when the page has been changed in the console, in whose frame it is, or may be looked at for longer. */
export function onDraft(act: () => void) {
  window.addEventListener('message', (e) => {
    if (!preview.value || window.parent === window || e.source !== window.parent || e.origin !== location.origin) return;
    if (e.data?.type !== 'hutong.draft') return;
    if (e.data.language in catalogues) language.value = e.data.language as Language; // for this look alone
    if (typeof e.data.token === 'string') preview.value = { ...preview.value, token: e.data.token };
    act();
  });
}
