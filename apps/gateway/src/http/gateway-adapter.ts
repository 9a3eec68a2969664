import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { runWithRequestContext } from '@code-router/observability';
import { asDomainError, errorEnvelope, errorHeaders, statusOf } from './error-envelope.js';
import { newRequestId } from './request-id.js';
import { secure } from './security-headers.js';
import { serveWebApp } from './web-app.js';

export interface GatewayHttpOptions {
  readonly bodyLimitBytes: number;
  /** Whether `x-forwarded-for` tells who the client is: only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** Where the web app was built to; nothing is served where it is not. */
  readonly webAppDirectory: string;
}

type Parsed = (error: Error | null, body?: unknown) => void;

const RELAY_PREFIX = '/v1/';
const API_PREFIX = '/api/';
/** The relay's paths, whose bodies are passed on as they came, and those that are signed as they came. */
const RAW_PATHS = /^\/(v1|api\/payments)\/|^\/api\/me\/accounts\/[^/]+\/keys\/[^/]+\/chat\/completions(\?|$)/;
/** Longer than load balancers keep idle connections, so that it is they who close them. */
const KEEP_ALIVE_MS = 75_000;

/** HTTP as the gateway serves it: raw bodies for the relay, JSON for the console, the web app, an id for every request. */
export function gatewayAdapter(options: GatewayHttpOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes,
    trustProxy: options.trustProxy,
    keepAliveTimeout: KEEP_ALIVE_MS,
    genReqId: newRequestId,
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
    adapter.useBodyParser(contentType, false, { bodyLimit }, (request: { url?: string }, body: Buffer, done: Parsed) =>
      done(null, RAW_PATHS.test(request.url ?? '') ? body : parseJson(body)),
    );
  }
  const instance = adapter.getInstance();
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (!request.url.startsWith(RELAY_PREFIX)) secure(request, reply);
    // What the API says is about money and people; what may be kept says so itself.
    if (request.url.startsWith(API_PREFIX)) reply.header('cache-control', 'no-store');
    done();
  });
  // After the body has been read: its events would run outside of the context.
  instance.addHook('preHandler', (request, _reply, done) => {
    runWithRequestContext({ requestId: request.id }, done);
  });
  serveWebApp(instance, options.webAppDirectory);
  return adapter;
}

/** @throws SyntaxError with the status that the error envelope is answered with. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    const message = `The request body is not valid JSON: ${(error as Error).message}`;
    throw Object.assign(new SyntaxError(message), { code: 'FST_ERR_CTP_INVALID_JSON_BODY', statusCode: 400 });
  }
}
