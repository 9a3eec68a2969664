import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';

type Policy = Readonly<Record<string, readonly string[]>>;

/** For whatever is no page: should a browser ever take an answer for one, nothing in it runs or loads. */
const NO_PAGE: Policy = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Pages of other people's making below `/api`, which have inline styles; their scripts are files of this server. */
const FOREIGN_PAGE: Policy = {
  ...NO_PAGE,
  // The queues' pages say where they lie.
  'base-uri': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
};
const FOREIGN_PAGES = /^\/api\/(docs|queues)(\/|\?|$)/;

const YEAR_S = 31_536_000;

const headers = helmet({
  contentSecurityPolicy: false,
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
  // The path of a page may name an account or a request.
  referrerPolicy: { policy: 'same-origin' },
});
// The operator's other hosts are none of our business.
const encryptedOnly = helmet.strictTransportSecurity({ maxAge: YEAR_S, includeSubDomains: false });
const noPage = contentSecurityPolicy(NO_PAGE);
const foreignPage = contentSecurityPolicy(FOREIGN_PAGE);

/** Adds to an answer what browsers must know of it. The relay's answers are for programs, and have none of this. */
export function secure(request: FastifyRequest, reply: FastifyReply): void {
  const isForeign = FOREIGN_PAGES.test(request.url);
  apply(headers, request, reply);
  apply(isForeign ? foreignPage : noPage, request, reply);
  if (request.protocol === 'https') apply(encryptedOnly, request, reply);
}

/**
 * Adds the policy of the web app's own page: scripts and styles are files of this server. Its components add `style`
 * elements while they run; these are let through by a nonce that is another one with each answer, instead of letting
 * through any. Styles that scripts set on elements need no permission.
 *
 * @returns the nonce, for the page to hand to its components.
 */
export function securePage(request: FastifyRequest, reply: FastifyReply): string {
  const nonce = randomBytes(18).toString('base64');
  const policy = contentSecurityPolicy({
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", `'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  });
  apply(policy, request, reply);
  return nonce;
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

function contentSecurityPolicy(directives: Policy): Middleware {
  return helmet.contentSecurityPolicy({ useDefaults: false, directives });
}

function apply(middleware: Middleware, request: FastifyRequest, reply: FastifyReply): void {
  middleware(request.raw, reply.raw, (error) => {
    if (error) throw error;
  });
}
