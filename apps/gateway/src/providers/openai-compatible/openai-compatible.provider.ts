import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import type { Channel } from '../../channels/domain/channel.js';
import { Provider, type OutputLimit, type ReportedUsage, type UpstreamAnswer, type UpstreamCall } from '../provider.js';
import { exchange } from './http-exchange.js';
import { normalizeOpenAiUsage } from './usage.js';

/** Connections to one origin at most. Each carries one request at a time. */
const CONNECTIONS_MAX = 4_096;
const KEEP_ALIVE_MS = 30_000;

/** OpenAI's own servers, those of a region (`eu.api.openai.com`) and Azure's of a customer. */
const OPENAI_HOST = /(^|\.)(api\.openai\.com|openai\.azure\.com)$/;

/** Where a channel's requests go. */
interface Target {
  readonly pool: Pool;
  readonly origin: string;
  readonly path: string;
}

/**
 * Any server that speaks OpenAI's chat completions: OpenAI itself, vLLM, Ollama, OpenRouter, DeepSeek and many more.
 * The base URL ends where `/chat/completions` begins, as in `https://api.openai.com/v1`.
 */
@Injectable()
export class OpenAiCompatibleProvider extends Provider implements OnApplicationShutdown {
  override readonly name = 'openai-compatible';
  private readonly pools = new Map<string, Pool>();
  /** A channel that changes becomes another object. */
  private readonly targets = new WeakMap<Channel, Target>();

  override async send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    const { channel } = call;
    const { pool, origin, path } = this.targetOf(channel);
    const answer = await exchange(
      pool,
      {
        origin,
        path,
        method: 'POST',
        headers: headersOf(call),
        body: call.body,
        headersTimeout: channel.timeouts.firstByteMs,
        bodyTimeout: channel.timeouts.idleMs,
      },
      signal,
    );
    return {
      status: answer.status,
      contentType: textOf(answer.headers['content-type']) ?? 'application/json',
      requestId: textOf(answer.headers['x-request-id']),
      retryAfter: textOf(answer.headers['retry-after']),
      body: answer.body,
    };
  }

  override normalizeUsage(usage: unknown): ReportedUsage | undefined {
    return normalizeOpenAiUsage(usage);
  }

  /** @see https://platform.openai.com/docs/api-reference/chat/create: models that reason refuse `max_tokens` */
  override outputLimitOf({ baseUrl }: Channel): OutputLimit {
    return OPENAI_HOST.test(new URL(baseUrl).hostname) ? 'max_completion_tokens' : 'max_tokens';
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
  }

  private targetOf(channel: Channel): Target {
    let target = this.targets.get(channel);
    if (!target) {
      const { origin, pathname } = new URL(channel.baseUrl);
      const path = `${pathname.replace(/\/$/, '')}/chat/completions`;
      this.targets.set(channel, (target = { pool: this.poolFor(channel, origin), origin, path }));
    }
    return target;
  }

  /** Connections are shared by the channels of one origin that connect alike. */
  private poolFor(channel: Channel, origin: string): Pool {
    const key = `${origin} ${channel.timeouts.connectMs}`;
    let pool = this.pools.get(key);
    if (!pool) {
      pool = new Pool(origin, {
        connections: CONNECTIONS_MAX,
        pipelining: 1,
        connect: { timeout: channel.timeouts.connectMs },
        keepAliveTimeout: KEEP_ALIVE_MS,
      });
      this.pools.set(key, pool);
    }
    return pool;
  }
}

function headersOf({ apiKey, headers, stream, requestId }: UpstreamCall): Record<string, string> {
  const sent: Record<string, string> = {
    ...headers,
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
    'user-agent': 'code-router',
    'x-client-request-id': requestId,
  };
  if (apiKey !== null) sent['authorization'] = `Bearer ${apiKey}`;
  return sent;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
