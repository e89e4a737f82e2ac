/** Tells whether there is a connection, now and whenever that changes. */
export function followNetwork(tell: (online: boolean) => void) {
  tell(navigator.onLine);
  window.addEventListener('online', () => tell(true));
  window.addEventListener('offline', () => tell(false));
}
