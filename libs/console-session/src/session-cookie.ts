import { parseCookie, stringifySetCookie } from 'cookie';
import type { ConsoleRequest } from './console-request.js';

/**
 * Browsers take a cookie of the second name only over TLS, for exactly this host and every path: neither a page of a
 * subdomain nor one that was read in the clear can plant a session of somebody else's.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265bis#name-the-__host-prefix
 */
export const SESSION_COOKIE = { http: 'code_router_session', https: '__Host-code_router_session' } as const;

/** The token of the session cookie that a browser sends along; undefined when it sends none. */
export function tokenInCookie(request: ConsoleRequest): string | undefined {
  const cookies = parseCookie(request.headers.cookie ?? '');
  return cookies[cookieNameFor(request)] || undefined;
}

/** The `Set-Cookie` that begins a session in the browser. No script can read it; it ends when the session does. */
export function sessionCookie(request: ConsoleRequest, token: string, expiresAt: string): string {
  return serialized(request, token, Math.max(0, Math.floor((Date.parse(expiresAt) - Date.now()) / 1_000)));
}

/** The `Set-Cookie` that makes the browser forget its session. */
export function clearedSessionCookie(request: ConsoleRequest): string {
  return serialized(request, '', 0);
}

/** Lax, not Strict: whoever follows a link to their usage is still signed in. What changes something is checked besides. */
function serialized(request: ConsoleRequest, value: string, maxAgeS: number): string {
  return stringifySetCookie({
    name: cookieNameFor(request),
    value,
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isEncrypted(request),
    maxAge: maxAgeS,
  });
}

function cookieNameFor(request: ConsoleRequest): string {
  return isEncrypted(request) ? SESSION_COOKIE.https : SESSION_COOKIE.http;
}

function isEncrypted({ protocol }: ConsoleRequest): boolean {
  return protocol === 'https';
}
