import { DomainError } from '@code-router/contracts';
import type { ConsoleRequest } from './console-request.js';

/** What pages of this site send with everything that changes something. */
export const CSRF_HEADER = 'x-code-router-csrf';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a method may change something. */
export function isUnsafe({ method }: Pick<ConsoleRequest, 'method'>): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Refuses what another site made a browser send: browsers add the session cookie by themselves, whoever asks them to.
 * Another site cannot send the header, since nothing here answers the preflight that its browser would ask first; what
 * browsers say of themselves, in `Origin` and `Sec-Fetch-Site`, must agree.
 *
 * @throws DomainError `forbidden`.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function expectOwnPage(request: ConsoleRequest): void {
  const { headers } = request;
  if (headers[CSRF_HEADER] !== '1') {
    throw new DomainError('forbidden', `A request with a session cookie needs the header ${CSRF_HEADER}: 1.`);
  }
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin') throw notOwn();
  if (origin !== undefined && !isOwnOrigin(origin, request)) throw notOwn();
}

/** Hosts are compared, not schemes: a proxy that ends TLS need not be trusted for this. */
function isOwnOrigin(origin: string, { protocol, host }: ConsoleRequest): boolean {
  if (!URL.canParse(origin) || !URL.canParse(`${protocol}://${host}`)) return false;
  const { host: from, protocol: scheme } = new URL(origin);
  return from !== '' && from === new URL(`${scheme}//${host}`).host;
}

function notOwn(): DomainError {
  return new DomainError('forbidden', 'This request comes from a page of another site.');
}
