import type { IncomingHttpHeaders } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '@code-router/contracts';
import { runWithRequestContext } from '@code-router/observability';
import { limitApiBodies, refuseLargeBody } from './body-limits.js';
import { letOtherSitesCall } from './cross-origin.js';
import { asDomainError, errorEnvelope, errorHeaders, statusOf } from './error-envelope.js';
import { newRequestId } from './request-id.js';
import { requestTarget } from './request-target.js';
import { secure } from './security-headers.js';
import { refuseUnstorable } from './storable-json.js';
import type { TrustedProxies } from './trusted-proxies.js';
import { answerUnreadable } from './unreadable-request.js';
import { serveWebApp } from './web-app.js';

export interface GatewayHttpOptions {
  readonly bodyLimitBytes: number;
  /** Whether `x-forwarded-for` tells who the client is: only behind a proxy that sets it. */
  readonly trustProxy: TrustedProxies;
  /** Where the web app was built to; nothing is served where it is not. */
  readonly webAppDirectory: string;
}

interface Asked {
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
}

type Parsed = (error: Error | null, body?: unknown) => void;

const RELAY_PREFIX = '/v1/';
const API_PREFIX = '/api/';
/** The relay's paths, whose bodies are passed on as they came. */
const RELAYED_PATHS = /^\/v1\/|^\/api\/me\/accounts\/[^/]+\/keys\/[^/]+\/chat\/completions(\?|$)/;
/** Those whose bodies are signed as they came. */
const SIGNED_PATHS = /^\/api\/payments\//;
/** Longer than load balancers keep idle connections, so that it is they who close them. */
const KEEP_ALIVE_MS = 75_000;

/** HTTP as the gateway serves it: raw bodies for the relay, JSON for the console, the web app, an id for every request. */
export function gatewayAdapter(options: GatewayHttpOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes,
    trustProxy: options.trustProxy,
    keepAliveTimeout: KEEP_ALIVE_MS,
    genReqId: newRequestId,
    rewriteUrl: (request: { url?: string }) => requestTarget(request.url ?? '/'),
    clientErrorHandler: answerUnreadable,
    // An address that cannot be read reaches no controller, and so no filter.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const refusal = asDomainError(error);
      void reply
        .status(statusOf(refusal.code))
        .headers({ ...errorHeaders(refusal), 'x-request-id': request.id, 'cache-control': 'no-store' })
        .send(errorEnvelope(refusal));
    },
  });
  const { bodyLimitBytes: bodyLimit } = options;
  // Fastify's own would make a string of a body that says it is text.
  adapter.getInstance().removeAllContentTypeParsers();
  // The catch-all takes requests that name no type, or a wrong one: what is in the body decides.
  for (const contentType of ['application/json', '*']) {
    adapter.useBodyParser(contentType, false, { bodyLimit }, ({ url, headers }: Asked, body: Buffer, done: Parsed) => {
      refuseEncoded(headers);
      done(null, bodyOf(url ?? '', body));
    });
  }
  const instance = adapter.getInstance();
  limitApiBodies(instance, (path) => RELAYED_PATHS.test(path));
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (!request.url.startsWith(RELAY_PREFIX)) secure(request, reply);
    else if (letOtherSitesCall(request, reply)) return;
    // What the API says is about money and people; what may be kept says so itself.
    if (request.url.startsWith(API_PREFIX)) {
      reply.header('cache-control', 'no-store');
      refuseNul(request.url);
    }
    done();
  });
  // After the body has been read: its events would run outside of the context.
  instance.addHook('preHandler', (request, _reply, done) => {
    runWithRequestContext({ requestId: request.id }, done);
  });
  serveWebApp(instance, options.webAppDirectory);
  return adapter;
}

/** @throws DomainError `body_too_large`, and what {@link parseJson} throws. */
function bodyOf(url: string, body: Buffer): unknown {
  if (RELAYED_PATHS.test(url)) return body;
  refuseLargeBody(url, body);
  return SIGNED_PATHS.test(url) ? body : parseJson(body);
}

/** @throws SyntaxError with the status that the error envelope is answered with, or DomainError. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    const message = `The request body is not valid JSON: ${(error as Error).message}`;
    throw Object.assign(new SyntaxError(message), { code: 'FST_ERR_CTP_INVALID_JSON_BODY', statusCode: 400 });
  }
  refuseUnstorable(parsed);
  return parsed;
}

/** Compressed bytes would only be told to be no JSON, which helps nobody. */
function refuseEncoded(headers: IncomingHttpHeaders): void {
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.toLowerCase() === 'identity') return;
  throw new DomainError(
    'invalid_request_error',
    `Request bodies are read without content-encoding; this one says '${encoding}'. Send it as it is.`,
  );
}

/** No database takes one, wherever in a path or query it is. */
function refuseNul(url: string): void {
  if (url.includes('%00')) throw new DomainError('invalid_request_error', 'The address must have no NUL (%00) in it.');
}
