import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestHeaders } from './authenticate.js';

/**
 * The client's side of one relay request, on Node's own response: a stream of many small chunks would pay for each
 * layer in between, every time.
 */
export class ClientExchange {
  readonly startedAt = Date.now();
  readonly requestId: string;
  readonly body: Buffer;
  readonly clientIp: string;
  private readonly startedAtMs = performance.now();
  private firstByteAtMs: number | undefined;
  private hasStream = false;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    reply.hijack();
    this.requestId = request.id;
    this.request = request.raw;
    this.response = reply.raw;
    this.body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    this.clientIp = request.ip;
    // A write to a client that is gone fails; that it is gone is what `onDisconnect` tells.
    this.response.on('error', () => undefined);
  }

  get headers(): RequestHeaders {
    return this.request.headers;
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.startedAtMs);
  }

  get elapsedSeconds(): number {
    return (performance.now() - this.startedAtMs) / 1_000;
  }

  /** How long the client waited for the first byte of its answer; undefined while it has none. */
  get firstByteSeconds(): number | undefined {
    return this.firstByteAtMs === undefined ? undefined : (this.firstByteAtMs - this.startedAtMs) / 1_000;
  }

  /** The status of the answer; undefined where there is none, because the client has left before. */
  get status(): number | undefined {
    return this.firstByteAtMs === undefined ? undefined : this.response.statusCode;
  }

  /** Whether it was answered with a stream. */
  get isStream(): boolean {
    return this.hasStream;
  }

  /** Whether bytes have left, so that the answer can no longer be another one. */
  get isAnswered(): boolean {
    return this.response.headersSent;
  }

  get isDisconnected(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  /** Calls the listener when the client goes away before its answer is complete. Returns how to stop listening. */
  onDisconnect(listener: () => void): () => void {
    const onClose = (): void => {
      if (!this.response.writableFinished) listener();
    };
    this.response.once('close', onClose);
    return () => this.response.off('close', onClose);
  }

  /** Answers at once and in full. */
  respond(status: number, headers: Readonly<Record<string, string>>, body: Buffer | string): void {
    if (this.response.destroyed) return;
    this.firstByteAtMs = performance.now();
    this.response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body).toString(),
      'x-request-id': this.requestId,
    });
    this.response.end(body);
  }

  startStream(headers: Readonly<Record<string, string>>): void {
    if (this.response.destroyed) return;
    this.firstByteAtMs = performance.now();
    this.hasStream = true;
    this.response.writeHead(200, {
      ...headers,
      'cache-control': 'no-cache',
      'x-request-id': this.requestId,
      // Nginx and its kin would otherwise hold chunks back.
      'x-accel-buffering': 'no',
    });
    // Small chunks must leave at once instead of waiting for an acknowledgement of the last ones.
    this.response.socket?.setNoDelay(true);
  }

  /** @returns false when the client is slow: write no more before `onDrain`. */
  write(chunk: Buffer): boolean {
    return this.response.destroyed || this.response.write(chunk);
  }

  onDrain(listener: () => void): void {
    this.response.once('drain', listener);
  }

  /** Breaks the connection of a client that takes nothing any more. */
  destroy(): void {
    this.response.destroy();
  }

  endStream(): void {
    this.response.end();
  }

  /** Sends what is left and then breaks the connection, so that no client can take the answer for a whole one. */
  breakOff(lastChunk: Buffer): void {
    if (this.response.destroyed) return;
    this.response.write(lastChunk, () => this.response.destroy());
  }
}
