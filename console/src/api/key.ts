const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A key for one thing to be done. It is no secret: it need only never come twice. */
export function newKey() {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(18)), (n) => letters[n % 32]).join('');
  return Date.now().toString(32).toUpperCase() + random;
}
