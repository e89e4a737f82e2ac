/**
 * uni-app draws a field as an element of its own round the browser's: the label of the one is needed by the
 * other, for whoever does not see it.
 */
export function labelFields() {
  new MutationObserver(() => {
    document.querySelectorAll('uni-input[aria-label] input:not([aria-label]), uni-textarea[aria-label] textarea:not([aria-label])').forEach((field) => {
      field.setAttribute('aria-label', field.closest('[aria-label]')!.getAttribute('aria-label')!);
    });
  }).observe(document.body, { childList: true, subtree: true });
}
