/** Lower case, so that no two names differ by what nobody sees; no `@`, so that a name is never taken for an address. */
const USERNAME = /^[a-z0-9][a-z0-9._-]{2,63}$/;

/** The name in the form that it is stored in; null when it cannot be one. */
export function usernameFrom(text: string): string | null {
  const name = text.trim().toLowerCase();
  return USERNAME.test(name) ? name : null;
}

/** A name from what an identity provider calls somebody: never empty, and a valid one. */
export function usernameFromHint(hint: string | undefined): string {
  const [local = ''] = (hint ?? '').toLowerCase().split('@');
  const letters = local.replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '');
  return usernameFrom(letters.slice(0, 50)) ?? 'user';
}
