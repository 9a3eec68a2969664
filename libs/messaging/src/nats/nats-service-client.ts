import {
  ClosedConnectionError,
  DrainingConnectionError,
  headers,
  NoRespondersError,
  RequestError,
  TimeoutError,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { NoticeContract, RequestContract } from '@code-router/contracts';
import { currentRequestId } from '@code-router/observability';
import { domainErrorFrom, serviceUnavailable } from '../remote-error.js';
import { REQUEST_TIMEOUT_MS_DEFAULT, ServiceClient, type RequestOptions } from '../service-client.js';
import { REQUEST_ID_HEADER } from './nats-connection.js';
import { unpackedReply } from './packed-replies.js';

/** What Nest's NATS server answers with. */
interface NestReply<Reply> {
  readonly response?: Reply;
  readonly err?: unknown;
}

/** Failures that mean nobody answered, as opposed to an answer that is an error. */
const UNANSWERED = [TimeoutError, NoRespondersError, RequestError, ClosedConnectionError, DrainingConnectionError];

/**
 * Asks over NATS. Nest's own client subscribes a new inbox for each request, which costs the broker two more commands
 * every time and spreads interest through a cluster; this one receives all answers on one subscription. The messages
 * have Nest's wire format, so that its server and controllers serve them.
 */
export class NatsServiceClient extends ServiceClient {
  private readonly reconnectListeners: (() => void)[] = [];
  private connected = true;

  constructor(private readonly connection: NatsConnection) {
    super();
    void this.followStatus();
  }

  override async request<Request, Reply>(
    contract: RequestContract<Request, Reply>,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Reply> {
    // Nest takes a message without an id for an event; NATS itself pairs the answer with the question.
    const body = JSON.stringify({ pattern: contract.subject, data: request, id: '1' });
    const reply = await this.send<Reply>(contract.subject, body, options.timeoutMs ?? REQUEST_TIMEOUT_MS_DEFAULT);
    if (reply.err !== undefined) throw domainErrorFrom(reply.err, contract.subject);
    return reply.response as Reply;
  }

  override notify<Notice>(contract: NoticeContract<Notice>, notice: Notice): void {
    const body = JSON.stringify({ pattern: contract.subject, data: notice });
    const carried = contextHeaders();
    this.connection.publish(contract.subject, body, carried && { headers: carried });
  }

  override onReconnected(listener: () => void): void {
    this.reconnectListeners.push(listener);
  }

  override isConnected(): boolean {
    return this.connected && !this.connection.isClosed();
  }

  private async send<Reply>(subject: string, body: string, timeoutMs: number): Promise<NestReply<Reply>> {
    const carried = contextHeaders();
    try {
      const options = carried ? { timeout: timeoutMs, headers: carried } : { timeout: timeoutMs };
      const message = await this.connection.request(subject, body, options);
      return JSON.parse(unpackedReply(message.data)) as NestReply<Reply>;
    } catch (error) {
      if (UNANSWERED.some((kind) => error instanceof kind)) throw serviceUnavailable(subject, error);
      throw error;
    }
  }

  private async followStatus(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') this.connected = false;
      if (type === 'reconnect') {
        this.connected = true;
        for (const listener of this.reconnectListeners) listener();
      }
    }
  }
}

function contextHeaders(): MsgHdrs | undefined {
  const requestId = currentRequestId();
  if (!requestId) return undefined;
  const carried = headers();
  carried.set(REQUEST_ID_HEADER, requestId);
  return carried;
}
