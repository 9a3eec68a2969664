import { connect, type Socket } from 'node:net';
import { ResponseReader } from './response-reader.js';

export interface LoadConnectionEvents {
  /** Asked before each request: whether to send one. */
  readonly mayGoOn: () => boolean;
  readonly firstByte: () => void;
  /** Times as `performance.now()` gives them. */
  readonly answered: (sentAt: number, firstByteAt: number) => void;
  /** A request failed; the connection is closed. */
  readonly failed: (error: Error) => void;
  /** No request is to be sent any more; the connection is closed. */
  readonly finished: () => void;
}

/** One connection that sends the same request again and again, each after the answer to the one before. */
export class LoadConnection {
  private readonly reader = new ResponseReader();
  private readonly socket: Socket;
  private sentAt = 0;
  private firstByteAt = 0;
  private hasEnded = false;

  constructor(
    port: number,
    private readonly request: Buffer,
    private readonly events: LoadConnectionEvents,
  ) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
  }

  start(): void {
    this.socket.once('connect', () => this.send());
    this.socket.on('data', (data: Buffer) => this.receive(data));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.once('close', () => this.fail(new Error('The connection was closed.')));
  }

  private send(): void {
    if (!this.events.mayGoOn()) {
      this.end();
      this.events.finished();
      return;
    }
    this.firstByteAt = 0;
    this.sentAt = performance.now();
    this.socket.write(this.request);
  }

  private receive(data: Buffer): void {
    let progress;
    try {
      progress = this.reader.push(data);
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    if (progress === 'head') return;
    if (this.firstByteAt === 0) {
      this.firstByteAt = performance.now();
      this.events.firstByte();
    }
    if (progress === 'body') return;
    this.events.answered(this.sentAt, this.firstByteAt);
    this.send();
  }

  private fail(error: Error): void {
    if (this.hasEnded) return;
    this.end();
    this.events.failed(error);
  }

  private end(): void {
    this.hasEnded = true;
    this.socket.destroy();
  }
}
