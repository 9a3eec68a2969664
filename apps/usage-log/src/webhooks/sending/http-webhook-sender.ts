import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, errors, request, type Dispatcher } from 'undici';
import type { Attempt, WebhookEvent } from '../domain/deliveries.js';
import { WebhookSender } from '../domain/webhook-sender.js';
import type { Endpoint } from '../domain/webhooks.js';
import { WebhookSettings } from '../webhook-settings.js';
import { guardedConnector, PrivateAddressRefused } from './guarded-connector.js';
import { signedHeaders } from './signed-headers.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** What of an answer is read at most, so that its connection can be used again; nothing in it matters. */
const ANSWER_BYTES_MAX = 16 * 1_024;
const CONNECTIONS_PER_ORIGIN = 16;
const USER_AGENT = 'Code-Router-Webhooks/1';

/** POSTs events. An answer of 2xx within the timeout is the only success; redirects are not followed. */
@Injectable()
export class HttpWebhookSender extends WebhookSender implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(private readonly settings: WebhookSettings) {
    super();
    this.agent = new Agent({
      connections: CONNECTIONS_PER_ORIGIN,
      pipelining: 1,
      connect: settings.allowPrivate
        ? { timeout: CONNECT_TIMEOUT_MS, allowH2: false }
        : guardedConnector(CONNECT_TIMEOUT_MS),
    });
  }

  override async send(endpoint: Endpoint, event: WebhookEvent): Promise<Attempt> {
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    try {
      const httpStatus = await this.post(endpoint, event);
      const taken = httpStatus >= 200 && httpStatus < 300;
      return { httpStatus, error: taken ? null : refusalOf(httpStatus), durationMs: took() };
    } catch (error) {
      return { httpStatus: null, error: this.failureOf(error), durationMs: took() };
    }
  }

  /** Connections under way end with their attempts, which the workers have waited for. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async post({ url, secrets }: Endpoint, event: WebhookEvent): Promise<number> {
    // One limit for everything, from the look-up to the end of the headers: a trickle must not hold a place for ever.
    const signal = AbortSignal.timeout(this.settings.timeoutMs);
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher: this.agent,
      signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        ...signedHeaders(event, secrets, new Date()),
      },
      body: event.body,
    });
    await discard(body);
    return statusCode;
  }

  private failureOf(error: unknown): string {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return `no answer within ${this.settings.timeoutMs} ms`;
    }
    if (error instanceof errors.ConnectTimeoutError) return `no connection within ${CONNECT_TIMEOUT_MS} ms`;
    if (error instanceof PrivateAddressRefused) return error.message;
    const { message, code } = error as NodeJS.ErrnoException;
    return message || code || String(error);
  }
}

/** The status is the answer: what comes after it, or does not, changes nothing. */
async function discard(body: Dispatcher.ResponseData['body']): Promise<void> {
  await body.dump({ limit: ANSWER_BYTES_MAX }).catch(() => body.destroy());
}

function refusalOf(status: number): string {
  const redirect = status >= 300 && status < 400;
  return redirect ? `answered ${status}; redirects are not followed` : `answered ${status}`;
}
