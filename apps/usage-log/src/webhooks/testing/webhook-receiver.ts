import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { UsageEvent } from '@code-router/contracts';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver answers with; it may take as long as the test wants. */
export type Answer = (call: ReceivedCall, response: ServerResponse) => void | Promise<void>;

/** A receiver of webhooks over real HTTP. */
export class WebhookReceiver {
  readonly calls: ReceivedCall[] = [];
  answer: Answer = (_, response) => void response.writeHead(204).end();

  static async start(port = 0): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve, reject) => {
      receiver.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return receiver;
  }

  private readonly server = createServer((request, response) => void this.receive(request, response));

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** The ids of the events that were received, one for each call. */
  get eventIds(): readonly string[] {
    return this.calls.map(({ headers }) => String(headers['webhook-id']));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
    this.calls.push(call);
    await this.answer(call, response);
  }
}

/** Reads a call as a receiver should: with the official library. @throws WebhookVerificationError */
export function verified(call: ReceivedCall, secret: string): UsageEvent {
  const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, String(value)]));
  return new Webhook(secret).verify(call.body, headers) as UsageEvent;
}
