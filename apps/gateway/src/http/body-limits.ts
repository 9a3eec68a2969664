import type { FastifyInstance } from 'fastify';
import { DomainError } from '@code-router/contracts';

const API_BODY_BYTES_MAX = 1_048_576;
const PRICE_LIST_BODY_BYTES_MAX = 8 * API_BODY_BYTES_MAX;
const PRICE_LIST_IMPORT = '/api/price-list/import';

/** How large a body may be that is parsed before anybody is asked who sends it. */
function apiLimitOf(path: string): number {
  return path === PRICE_LIST_IMPORT ? PRICE_LIST_BODY_BYTES_MAX : API_BODY_BYTES_MAX;
}

/**
 * Refuses larger bodies below `/api` than forms can have: they are gathered and parsed on the event loop that relays, and
 * before any guard. The routes that `isRelayed` is true of may be called with what the relay takes.
 */
export function limitApiBodies(instance: FastifyInstance, isRelayed: (path: string) => boolean): void {
  instance.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/') || isRelayed(route.url)) return;
    route.bodyLimit = Math.min(apiLimitOf(route.url), route.bodyLimit ?? instance.initialConfig.bodyLimit ?? Infinity);
  });
}

/** Where no route has refused it: paths that nothing serves are read as well. @throws DomainError `body_too_large` */
export function refuseLargeBody(url: string, body: Buffer): void {
  const [path = ''] = url.split('?', 1);
  const limit = apiLimitOf(path);
  if (!path.startsWith('/api/') || body.length <= limit) return;
  throw new DomainError('body_too_large', `The request body has ${body.length} bytes; ${limit} are taken here.`);
}
