import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MODEL, requestBytes, type Endpoint, type RequestKind } from './chat-request.js';
import type { LoadJob, LoadReport, LoadResult } from './load-job.js';

const PROGRAM = fileURLToPath(new URL('../programs/load-generator.js', import.meta.url));

export interface LoadOptions {
  readonly kind: RequestKind;
  readonly concurrency: number;
  readonly durationMs?: number;
  readonly requestsMax?: number;
  readonly model?: string;
  /** Called when every connection has received the first byte of an answer. */
  readonly onBegun?: () => void;
}

/**
 * The process that sends the requests. It takes one job at a time. A signal that asks the benchmark to end ends it: the
 * job under way fails, and so everything that was started for it is stopped.
 */
export class LoadGenerator {
  static async start(): Promise<LoadGenerator> {
    const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'spawn');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGKILL'));
    return new LoadGenerator(child);
  }

  private constructor(private readonly child: ChildProcess) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws Error when the process ends before its job does. */
  run(endpoint: Endpoint, options: LoadOptions): Promise<LoadResult> {
    const { kind, concurrency, durationMs, requestsMax, model = MODEL } = options;
    const job: LoadJob = {
      port: endpoint.port,
      request: requestBytes(endpoint, kind, model).toString('base64'),
      concurrency,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(requestsMax === undefined ? {} : { requestsMax }),
    };
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('The load generator ended before its job did.'));
      if (this.hasEnded) return onExit();
      const onReport = (report: LoadReport): void => {
        if (report.type === 'begun') return options.onBegun?.();
        this.child.off('message', onReport).off('exit', onExit);
        resolve(report);
      };
      this.child.on('message', onReport).once('exit', onExit);
      this.child.send(job);
    });
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
