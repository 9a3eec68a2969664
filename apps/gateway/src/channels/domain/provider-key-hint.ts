const SHOWN_AT_END = 4;

/** From this length on, what a hint shows leaves enough unknown that nobody can guess the rest. */
const LENGTH_MIN_TO_SHOW = 16;

/** What lists show of a provider's key, so that an operator recognises it: `sk-…abcd`. */
export function providerKeyHint(secret: string): string {
  if (secret.length < LENGTH_MIN_TO_SHOW) return '…';
  const prefix = /^[A-Za-z]{2,3}[-_]/.exec(secret)?.[0] ?? '';
  return `${prefix}…${secret.slice(-SHOWN_AT_END)}`;
}
