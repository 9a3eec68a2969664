import { NotFoundException } from '@nestjs/common';
import { DomainError } from '@code-router/contracts';

/** What clients call; `/api/docs` has the rest. */
const RELAY_ROUTES = 'POST /v1/chat/completions, POST /v1/quote, GET /v1/models and GET /v1/models/{id}';

/**
 * What somebody is told who asks for a path that nothing serves, or undefined when something else was not found. Most
 * of them have a base URL without `/v1`, or with two.
 */
export function unknownRoute(
  thrown: unknown,
  { method, url }: { method: string; url: string },
): DomainError | undefined {
  // Nest's router says so in a message, and in nothing else.
  if (!(thrown instanceof NotFoundException) || thrown.message !== `Cannot ${method} ${url}`) return undefined;
  const [path = '/'] = url.split('?', 1);
  return new DomainError('not_found', `There is no ${method} ${path} here. ${advice(path)}`);
}

function advice(path: string): string {
  if (path.startsWith('/v1/v1/')) return 'The base URL has /v1 twice: let it end in one.';
  if (/^\/(v1|v1beta)(\/|$)/.test(path)) return `For callers there are ${RELAY_ROUTES}.`;
  if (/^\/api(\/|$)/.test(path)) return '/api/docs lists what there is.';
  return "The API is below /v1: let the client's base URL end in it.";
}
