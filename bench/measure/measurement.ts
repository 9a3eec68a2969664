import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestKind } from '../load/chat-request.js';
import type { LoadGenerator } from '../load/load-generator.js';
import type { LoadResult } from '../load/load-job.js';
import type { Target, TargetName } from '../targets/target.js';
import type { Upstream } from '../targets/upstream.js';
import { cpuUs, machineCpuUs, residentBytesMax, type MeasuredProcess } from './proc.js';

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
  /** The share of all cores that anything else on the machine took meanwhile, from 0 to 1. */
  readonly takenByOthers: number;
  /** How long after the last answer the last request was charged and recorded. */
  readonly settledAfterMs?: number;
}

export interface MeasureOptions {
  readonly kind: RequestKind;
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** How often to measure again when other work disturbed it; the least disturbed of the measurements counts. */
  readonly attemptsMax: number;
}

/** Above this share of the cores, other work on the machine has spoilt a measurement. */
const TAKEN_BY_OTHERS_MAX = 0.08;

/** What the machine does after a process was busy, such as a write of dirty pages, is not the next one's. */
const REST_MS = 200;

/** Measures until nothing else disturbs, or the attempts are used up. */
export async function measure(
  target: Target,
  upstream: Upstream,
  load: LoadGenerator,
  options: MeasureOptions,
): Promise<Measurement> {
  let best = await measureOnce(target, upstream, load, options);
  for (let attempt = 1; attempt < options.attemptsMax && best.takenByOthers > TAKEN_BY_OTHERS_MAX; attempt += 1) {
    const again = await measureOnce(target, upstream, load, options);
    if (again.takenByOthers < best.takenByOthers) best = again;
  }
  return best;
}

/** Warms the target up, waits until it has nothing left to do, and measures it. */
async function measureOnce(
  target: Target,
  upstream: Upstream,
  load: LoadGenerator,
  options: MeasureOptions,
): Promise<Measurement> {
  const { kind, concurrency } = options;
  const processes = [...target.processes, upstream.process, { name: 'load', pid: load.pid }];
  await run(target, load, { kind, concurrency, durationMs: options.warmUpMs });
  await sleep(REST_MS);

  const startedAt = performance.now();
  const machineBefore = machineCpuUs();
  const before = readCpu(processes);
  const { result, settledAfterMs } = await run(target, load, { kind, concurrency, durationMs: options.durationMs });
  const after = readCpu(processes);
  const machineUs = machineCpuUs() - machineBefore;
  const coresUs = (performance.now() - startedAt) * 1_000 * availableParallelism();
  const taken = byName(processes, ({ name }) => (after[name] ?? 0) - (before[name] ?? 0));

  return {
    ...result,
    target: target.name,
    kind,
    concurrency,
    requestsPerSecond: result.inTime / (result.elapsedUs / 1e6),
    cpuUsPerRequest: byName(processes, ({ name }) => (taken[name] ?? 0) / result.succeeded),
    takenByOthers: Math.max(0, machineUs - sumOf(taken)) / coresUs,
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

function sumOf(numbers: Readonly<Record<string, number>>): number {
  return Object.values(numbers).reduce((sum, number) => sum + number, 0);
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
