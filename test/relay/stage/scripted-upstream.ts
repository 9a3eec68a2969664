import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sse } from './wire.js';

/** What a test does with a call that the gateway makes. It may take as long as the test wants. */
export type Script = (call: UpstreamCall) => void | Promise<void>;

/** An address of the upstream with a script of its own. */
export interface Endpoint {
  /** What a channel's `baseUrl` is set to. */
  readonly baseUrl: string;
  /** Every call so far, the oldest first. */
  readonly calls: readonly UpstreamCall[];
}

/** One call of the gateway to the upstream, and the means to answer it in any way, right or wrong. */
export class UpstreamCall {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  /** Resolves when the connection ends before the answer is whole, from whichever side. */
  readonly cut: Promise<void>;
  isCut = false;

  constructor(
    request: IncomingMessage,
    /** As it arrived. */
    readonly body: Buffer,
    readonly response: ServerResponse,
  ) {
    this.headers = request.headers;
    this.path = request.url ?? '';
    this.cut = new Promise((resolve) => {
      response.once('close', () => {
        if (response.writableFinished) return;
        this.isCut = true;
        resolve();
      });
    });
    // Writing to a gateway that has gone is part of what is tested.
    response.on('error', () => undefined);
  }

  get json(): { readonly model: string; readonly stream?: boolean; readonly messages: readonly { content: string }[] } {
    return JSON.parse(this.body.toString('utf8')) as ReturnType<() => UpstreamCall['json']>;
  }

  answer(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  startEvents(): void {
    this.response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.response.flushHeaders();
  }

  /** Writes one event. */
  send(data: object | string): void {
    this.response.write(sse(data));
  }

  /** Writes bytes, and resolves when they have been handed to the system, so that the next are a packet of their own. */
  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => this.response.write(bytes, () => resolve()));
  }

  endEvents(): void {
    this.response.end(sse('[DONE]'));
  }

  /** Breaks the connection in the middle of the answer. */
  reset(): void {
    this.response.destroy();
  }
}

/** An upstream over bare HTTP, for what no well-behaved server does. */
export class ScriptedUpstream {
  private readonly scripts = new Map<string, { readonly script: Script; readonly calls: UpstreamCall[] }>();
  private readonly failures: unknown[] = [];

  static async start(): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream();
    await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void this.play(request, Buffer.concat(chunks), response));
  });

  endpoint(script: Script): Endpoint {
    const name = `endpoint-${this.scripts.size}`;
    const calls: UpstreamCall[] = [];
    this.scripts.set(name, { script, calls });
    return { baseUrl: `${this.origin}/${name}/v1`, calls };
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @throws what a script threw, which its test could not see. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    if (this.failures.length > 0) throw new AggregateError(this.failures, 'scripts of the upstream failed');
  }

  private async play(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const entry = this.scripts.get(request.url?.split('/')[1] ?? '');
    if (!entry) return void response.writeHead(404).end();
    const call = new UpstreamCall(request, body, response);
    entry.calls.push(call);
    try {
      await entry.script(call);
    } catch (error) {
      this.failures.push(error);
      response.destroy();
    }
  }
}
