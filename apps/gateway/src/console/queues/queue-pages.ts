import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Pool } from 'undici';
import { readSettings, urlWithScheme } from '@code-router/config';
import { DomainError } from '@code-router/contracts';
import { errorEnvelope, errorHeaders, statusOf } from '../../http/error-envelope.js';

const PATH = '/api/queues';
const TIMEOUT_MS = 30_000;
/** What is about one connection, and not about what is sent through it; and what is said anew. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const specs = {
  CODE_ROUTER_QUEUES_URL: urlWithScheme(['http', 'https'])({
    default: undefined,
    desc: 'where usage-log serves the pages of the queues, which the gateway passes on; for processes apart',
  }),
} as const;

/**
 * Passes the pages of the queues on to the service that serves them, where that is another process. Who may see them is
 * checked there, with the session that the browser sends.
 */
@Injectable()
export class QueuePages implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(QueuePages.name);
  private readonly pool: Pool | undefined;

  /** @throws SettingsError */
  constructor(private readonly host: HttpAdapterHost) {
    const { CODE_ROUTER_QUEUES_URL: url } = readSettings(specs, process.env, 'gateway');
    if (url === undefined) return;
    this.pool = new Pool(new URL(url).origin, {
      connections: 16,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connectTimeout: TIMEOUT_MS,
    });
  }

  /** Before the process listens; Fastify takes no routes afterwards. */
  onModuleInit(): void {
    const { pool } = this;
    if (!pool) return;
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    // Before this process reads what comes: what bodies may be is for the other one to say.
    const onRequest = (request: FastifyRequest, reply: FastifyReply) => this.pass(pool, request, reply);
    const nothing = (): void => undefined;
    for (const url of [PATH, `${PATH}/*`]) instance.all(url, { onRequest }, nothing);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.destroy();
  }

  private async pass(pool: Pool, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const abandoned = new AbortController();
    reply.raw.once('close', () => abandoned.abort());
    try {
      const answer = await pool.request({
        // As it came: read as a URL, `/api/queues/../metrics` would be another path.
        path: request.url,
        method: request.method,
        headers: forwarded(request),
        body: hasBody(request) ? request.raw : null,
        signal: abandoned.signal,
      });
      return reply.status(answer.statusCode).headers(endToEnd(answer.headers)).send(answer.body);
    } catch (error) {
      if (!abandoned.signal.aborted)
        this.logger.warn('The pages of the queues could not be asked for.', { err: error });
      const refusal = new DomainError('service_unavailable', 'The service with the queues does not answer.');
      return reply.status(statusOf(refusal.code)).headers(errorHeaders(refusal)).send(errorEnvelope(refusal));
    }
  }
}

/** With who the client is and what it asked for, as this process knows it: whatever the client said of that is left out. */
function forwarded({ headers, ip, protocol, host }: FastifyRequest): Record<string, string | string[]> {
  return {
    ...endToEnd(headers),
    'x-forwarded-for': ip,
    'x-forwarded-proto': protocol,
    'x-forwarded-host': host,
  };
}

function endToEnd(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(
    (header): header is [string, string | string[]] => header[1] !== undefined && !OF_THE_CONNECTION.has(header[0]),
  );
  return Object.fromEntries(kept);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
