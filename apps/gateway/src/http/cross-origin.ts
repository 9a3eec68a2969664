import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a browser need not ask again, in seconds; browsers take less than that. */
const MAX_AGE_S = '86400';

/**
 * Lets pages of any site call the relay, as OpenAI's own API does: chat programs that run in a browser would be refused
 * by it otherwise. No browser adds a key by itself, and cookies mean nothing here, so another site can do nothing that
 * whoever has the key could not do anyway. The console's API, which cookies open, is not for other sites.
 *
 * @returns whether that was the whole request: a browser that asks beforehand whether it may.
 */
export function letOtherSitesCall(request: FastifyRequest, reply: FastifyReply): boolean {
  const { headers, method } = request;
  if (headers.origin === undefined) return false;
  // On Node's own response: relay answers are not written by Fastify.
  reply.raw.setHeader('access-control-allow-origin', '*');
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
    reply.raw.setHeader('access-control-expose-headers', '*');
    return false;
  }
  void reply
    .status(204)
    .headers({
      'access-control-allow-methods': 'GET, POST',
      // Any that it asks for: `*` would not let a key through.
      'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
      'access-control-max-age': MAX_AGE_S,
      vary: 'origin, access-control-request-headers',
    })
    .send();
  return true;
}
