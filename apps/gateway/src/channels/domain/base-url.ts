/**
 * Reads where a provider's API begins. Slashes at the end are dropped, so that paths can be appended.
 *
 * A query would swallow the paths appended to it, and credentials in a URL end up in logs; both are refused. Addresses
 * inside the operator's own network are not: self-hosted models live there.
 *
 * @returns the URL, or what is wrong with it.
 */
export function parseBaseUrl(text: string): { readonly url: string } | { readonly fault: string } {
  if (text !== text.trim() || !URL.canParse(text)) return { fault: 'must be a URL, such as https://api.openai.com/v1' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { fault: 'must begin with https:// or http://' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not contain credentials; give them as apiKey' };
  if (/[?#]/.test(text)) return { fault: 'must not contain a query or a fragment' };
  return { url: url.href.replace(/\/+$/, '') };
}

/** Whether two base URLs belong to the same server: scheme, host and port. */
export function isSameOrigin(first: string, second: string): boolean {
  return new URL(first).origin === new URL(second).origin;
}
