/**
 * Sends requests on raw sockets and times the answers. A process of its own, which is told what to do over the channel
 * to its parent: an HTTP client would take more of the cores than what it measures.
 */
import { LoadConnection } from '../load/load-connection.js';
import type { LoadJob, LoadReport, LoadResult } from '../load/load-job.js';

process.on('message', (job: LoadJob) => {
  void new LoadRun(job).finished.then((result) => report({ type: 'finished', ...result }));
});
process.once('disconnect', () => process.exit(0));

/** Failures after which a job is given up: it measures nothing any more. */
const FAILURES_MAX = 100;

class LoadRun {
  readonly finished: Promise<LoadResult>;
  private readonly request: Buffer;
  private readonly startedAt = performance.now();
  private readonly endsAt: number;
  private readonly latenciesMs: number[] = [];
  private readonly firstBytesMs: number[] = [];
  private requestsLeft: number;
  private inTime = 0;
  private failed = 0;
  private failure: string | undefined;
  private open: number;
  private begun = 0;
  private finish!: (result: LoadResult) => void;

  constructor(private readonly job: LoadJob) {
    this.finished = new Promise((resolve) => (this.finish = resolve));
    this.request = Buffer.from(job.request, 'base64');
    this.endsAt = this.startedAt + (job.durationMs ?? Infinity);
    this.requestsLeft = job.requestsMax ?? Infinity;
    this.open = job.concurrency;
    for (let connection = 0; connection < job.concurrency; connection += 1) this.connect();
  }

  private connect(): void {
    let hasBegun = false;
    const connection = new LoadConnection(this.job.port, this.request, {
      mayGoOn: () => this.takeRequest(),
      firstByte: () => {
        if (hasBegun) return;
        hasBegun = true;
        this.begun += 1;
        if (this.begun === this.job.concurrency) report({ type: 'begun' });
      },
      answered: (sentAt, firstByteAt) => this.count(sentAt, firstByteAt),
      failed: (error) => {
        this.failed += 1;
        this.failure ??= error.message;
        if (this.isOver) this.close();
        else this.connect();
      },
      finished: () => this.close(),
    });
    connection.start();
  }

  private get isOver(): boolean {
    return this.requestsLeft <= 0 || this.failed >= FAILURES_MAX || performance.now() >= this.endsAt;
  }

  private takeRequest(): boolean {
    if (this.isOver) return false;
    this.requestsLeft -= 1;
    return true;
  }

  private count(sentAt: number, firstByteAt: number): void {
    const now = performance.now();
    if (now <= this.endsAt) this.inTime += 1;
    this.latenciesMs.push(now - sentAt);
    this.firstBytesMs.push(firstByteAt - sentAt);
  }

  private close(): void {
    this.open -= 1;
    if (this.open > 0) return;
    const elapsedMs = Math.min(performance.now(), this.endsAt) - this.startedAt;
    const [latencies, firstBytes] = [sorted(this.latenciesMs), sorted(this.firstBytesMs)];
    this.finish({
      inTime: this.inTime,
      elapsedUs: elapsedMs * 1_000,
      succeeded: latencies.length,
      failed: this.failed,
      ...(this.failure === undefined ? {} : { failure: this.failure }),
      p50Us: quantileUs(latencies, 0.5),
      p99Us: quantileUs(latencies, 0.99),
      firstByteP50Us: quantileUs(firstBytes, 0.5),
      firstByteP99Us: quantileUs(firstBytes, 0.99),
    });
  }
}

function report(message: LoadReport): void {
  process.send?.(message);
}

function sorted(milliseconds: readonly number[]): Float64Array {
  return Float64Array.from(milliseconds).toSorted();
}

function quantileUs(ascending: Float64Array, quantile: number): number {
  return (ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * quantile))] ?? NaN) * 1_000;
}
