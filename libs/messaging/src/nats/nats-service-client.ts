import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/nats-core';
import type { NoticeContract, RequestContract } from '@code-router/contracts';
import { currentRequestId } from '@code-router/observability';
import { domainErrorFrom, serviceUnavailable } from '../remote-error.js';
import { REQUEST_TIMEOUT_MS_DEFAULT, ServiceClient, type RequestOptions } from '../service-client.js';
import { REQUEST_ID_HEADER } from './nats-connection.js';

/** What Nest's NATS server answers with. */
interface NestReply<Reply> {
  readonly response?: Reply;
  readonly err?: unknown;
}

/**
 * Asks over NATS. Nest's own client subscribes a new inbox for each request, which costs the broker two more commands
 * every time and spreads interest through a cluster; this one answers all requests on one subscription. The messages are
 * those of Nest's wire format, so its server and controllers serve them.
 */
export class NatsServiceClient extends ServiceClient {
  constructor(private readonly connection: NatsConnection) {
    super();
  }

  override async request<Request, Reply>(
    contract: RequestContract<Request, Reply>,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Reply> {
    // Nest takes a message without an id for an event; the reply subject is what pairs question and answer.
    const body = JSON.stringify({ pattern: contract.subject, data: request, id: '1' });
    let reply: NestReply<Reply>;
    try {
      const message = await this.connection.request(contract.subject, body, {
        timeout: options.timeoutMs ?? REQUEST_TIMEOUT_MS_DEFAULT,
        headers: this.contextHeaders(),
      });
      reply = message.json<NestReply<Reply>>();
    } catch (error) {
      if (isUnanswered(error)) throw serviceUnavailable(contract.subject, error);
      throw error;
    }
    if (reply.err !== undefined) throw domainErrorFrom(reply.err, contract.subject);
    return reply.response as Reply;
  }

  override notify<Notice>(contract: NoticeContract<Notice>, notice: Notice): void {
    const body = JSON.stringify({ pattern: contract.subject, data: notice });
    this.connection.publish(contract.subject, body, { headers: this.contextHeaders() });
  }

  override isConnected(): boolean {
    return !this.connection.isClosed() && this.connection.stats() !== undefined && !this.reconnecting;
  }

  private contextHeaders(): MsgHdrs | undefined {
    const requestId = currentRequestId();
    if (!requestId) return undefined;
    const carried = headers();
    carried.set(REQUEST_ID_HEADER, requestId);
    return carried;
  }
}

function isUnanswered(error: unknown): boolean {
  return (
    error instanceof TimeoutError ||
    error instanceof NoRespondersError ||
    error instanceof RequestError ||
    (error instanceof Error && /closed|disconnect|draining/i.test(error.name + error.message))
  );
}
