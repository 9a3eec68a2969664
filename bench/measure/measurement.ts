import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestKind } from '../load/chat-request.js';
import type { LoadGenerator } from '../load/load-generator.js';
import type { LoadResult } from '../load/load-job.js';
import type { Target, TargetName } from '../targets/target.js';
import type { Upstream } from '../targets/upstream.js';
import { cpuUs, residentBytesMax, type MeasuredProcess } from './proc.js';

/** One target under one kind of load. */
export interface Measurement extends LoadResult {
  readonly target: TargetName;
  readonly kind: RequestKind;
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  /** Microseconds of CPU per request, by process; Code Router's until its books are settled. */
  readonly cpuUsPerRequest: Readonly<Record<string, number>>;
  /** The most memory so far, in bytes, by process. */
  readonly residentBytesMax: Readonly<Record<string, number>>;
  /** How long after the last answer the last request was charged and recorded. */
  readonly settledAfterMs?: number;
}

export interface MeasureOptions {
  readonly kind: RequestKind;
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** What the machine does after a process was busy, such as a write of dirty pages, is not the next one's. */
const REST_MS = 200;

/** Warms the target up, waits until it has nothing left to do, and measures it. */
export async function measure(
  target: Target,
  upstream: Upstream,
  load: LoadGenerator,
  options: MeasureOptions,
): Promise<Measurement> {
  const { kind, concurrency } = options;
  const processes = [...target.processes, upstream.process, { name: 'load', pid: load.pid }];
  await run(target, load, { kind, concurrency, durationMs: options.warmUpMs });
  await sleep(REST_MS);

  const before = readCpu(processes);
  const { result, settledAfterMs } = await run(target, load, { kind, concurrency, durationMs: options.durationMs });
  const after = readCpu(processes);

  return {
    ...result,
    target: target.name,
    kind,
    concurrency,
    requestsPerSecond: result.inTime / (result.elapsedUs / 1e6),
    cpuUsPerRequest: byName(processes, ({ name }) => ((after[name] ?? 0) - (before[name] ?? 0)) / result.succeeded),
    residentBytesMax: byName(processes, residentBytesMax),
    ...(settledAfterMs === undefined ? {} : { settledAfterMs }),
  };
}

/** Runs a load, and waits until the target has done what it does after its answers. */
export async function run(
  target: Target,
  load: LoadGenerator,
  options: Parameters<LoadGenerator['run']>[1],
): Promise<{ readonly result: LoadResult; readonly settledAfterMs: number | undefined }> {
  const result = await load.run(target, options);
  if (result.succeeded === 0) throw new Error(`${target.name} answered no request: ${result.failure ?? 'no reason'}`);
  target.books?.expect(result.succeeded);
  return { result, settledAfterMs: await target.books?.settled() };
}

function readCpu(processes: readonly MeasuredProcess[]): Readonly<Record<string, number>> {
  return byName(processes, cpuUs);
}

function byName(
  processes: readonly MeasuredProcess[],
  read: (measured: MeasuredProcess) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(processes.map((measured) => [measured.name, read(measured)]));
}
