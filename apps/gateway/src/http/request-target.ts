/** `GET http://host/path`: how a proxy asks, which every server must understand (RFC 9112, 3.2.2). */
const ABSOLUTE = /^https?:\/\/[^/?#]*/i;
const RELAY = /^\/+v1\//;

/**
 * The path and query of a request's target, as the rest of the gateway compares them. Clients put a base URL and a path
 * together, so one of them ending or beginning with a slash too many means the same relay path.
 */
export function requestTarget(url: string): string {
  const target = url.startsWith('/') ? url : originForm(url);
  if (!RELAY.test(target)) return target;
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  if (!path.includes('//') && !path.endsWith('/')) return target;
  const query = queryAt < 0 ? '' : target.slice(queryAt);
  return path.replace(/\/{2,}/g, '/').replace(/\/$/, '') + query;
}

function originForm(url: string): string {
  const target = url.replace(ABSOLUTE, '');
  if (target === url || target.startsWith('/')) return target;
  return `/${target}`;
}
