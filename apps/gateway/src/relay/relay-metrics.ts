import { Injectable } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import type { ClientExchange } from './client-exchange.js';

/** In seconds: from what a cache answers to what a model thinks about for minutes. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];
const ENDPOINT = '/v1/chat/completions';

/** What the relay tells Prometheus. No label has a value that a client could make up. */
@Injectable()
export class RelayMetrics {
  private readonly countRequest: (endpoint: string, status: string) => void;
  private readonly countTry: (channelId: string, result: string) => void;
  private readonly observeDuration: (seconds: number, endpoint: string, stream: string) => void;
  private readonly observeFirstByte: (seconds: number, endpoint: string) => void;
  private streams = 0;

  constructor(metrics: Metrics) {
    this.countRequest = metrics.addCounter({
      name: 'code_router_requests_total',
      help: 'Requests to the relay that have ended, by the class of their status; disconnected: the client left before it had one.',
      labels: ['endpoint', 'status'],
    });
    this.observeDuration = metrics.addHistogram({
      name: 'code_router_request_duration_seconds',
      help: 'How long requests to the relay took to their end, by whether they were answered with a stream.',
      labels: ['endpoint', 'stream'],
      buckets: BUCKETS,
    });
    this.observeFirstByte = metrics.addHistogram({
      name: 'code_router_request_first_byte_seconds',
      help: 'How long requests that were answered with a stream waited for its first byte.',
      labels: ['endpoint'],
      buckets: BUCKETS,
    });
    this.countTry = metrics.addCounter({
      name: 'code_router_upstream_requests_total',
      help: 'Requests sent to channels, retries included, by the id of the channel and what came of them: answered, or the code of the error.',
      labels: ['channel', 'result'],
    });
    metrics.addGauge({
      name: 'code_router_streams',
      help: 'Requests for a stream that are under way, from when their cost is held to their end.',
      label: 'endpoint',
      read: () => ({ [ENDPOINT]: this.streams }),
    });
  }

  /** A request was answered, or its client has left. */
  ended({ status, isStream, elapsedSeconds, firstByteSeconds }: ClientExchange): void {
    const stream = isStream ? 'true' : 'false';
    this.countRequest(ENDPOINT, status === undefined ? 'disconnected' : `${Math.floor(status / 100)}xx`);
    this.observeDuration(elapsedSeconds, ENDPOINT, stream);
    // An answer in one piece has all of its bytes at once.
    if (isStream && firstByteSeconds !== undefined) this.observeFirstByte(firstByteSeconds, ENDPOINT);
  }

  /** @param result `answered`, or the code of the error. */
  tried(channelId: string, result: string): void {
    this.countTry(channelId, result);
  }

  /** A stream begins. @returns to be called when it has ended. */
  streaming(): () => void {
    this.streams += 1;
    return () => {
      this.streams -= 1;
    };
  }
}
