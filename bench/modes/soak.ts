import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@code-router/testing';
import { LoadGenerator } from '../load/load-generator.js';
import { HeapReader } from '../measure/heap.js';
import { run } from '../measure/measurement.js';
import { residentBytes, type MeasuredProcess } from '../measure/proc.js';
import { goal } from '../report/goals.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { table } from '../report/table.js';
import { startCodeRouter, type Form } from '../targets/code-router.js';
import { startUpstream } from '../targets/upstream.js';

const REQUESTS = 200_000;
const REQUESTS_PER_SAMPLE = 10_000;
const CONCURRENCY = 64;
/** Until caches, connections and compiled code are what they will be. */
const WARM_UP_REQUESTS = 40_000;
/**
 * What the live heap may gain per request before it counts as growth. What has to be kept of one request, if anything
 * were, is hundreds of bytes: its id alone is 36. Below is what garbage collection leaves lying about.
 */
const GROWTH_BYTES_MAX = 8;

interface Sample {
  readonly requests: number;
  /** Bytes, by process. */
  readonly resident: Readonly<Record<string, number>>;
  /** Bytes that are in use after garbage collection, buffers included, by process. */
  readonly live: Readonly<Record<string, number>>;
}

/** Sends 200,000 requests to a warm Code Router, and says how its processes' memory goes meanwhile. */
export async function soak(form: Form): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const directory = await temporaryDirectory('soak');
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const heaps = new HeapReader(join(directory, 'heap.jsonl'));
  const upstream = await startUpstream();
  resources.defer(() => upstream.stop());
  const load = await LoadGenerator.start();
  resources.defer(() => load.stop());
  const target = await startCodeRouter(form, upstream, heaps.environment);
  resources.defer(() => target.stop());
  const programs = target.processes.filter(({ name }) => !['postgresql', 'nats', 'redis'].includes(name));

  await run(target, load, { kind: 'plain', concurrency: CONCURRENCY, requestsMax: WARM_UP_REQUESTS });
  const samples = [await sample(programs, heaps, 0)];
  while ((samples.at(-1)?.requests ?? 0) < REQUESTS) {
    const options = { kind: 'plain', concurrency: CONCURRENCY, requestsMax: REQUESTS_PER_SAMPLE } as const;
    const { result } = await run(target, load, options);
    if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${result.failure}`);
    const taken = await sample(programs, heaps, (samples.at(-1)?.requests ?? 0) + result.succeeded);
    samples.push(taken);
    process.stdout.write(`${taken.requests} requests: ${megabytes(taken.live[target.edge ?? ''])} MB live\n`);
  }
  const books = await target.books.verify();

  const lines = [
    ...machine,
    growthTable(form, programs, samples),
    `${books.requests} requests answered, charged and recorded.`,
    ...programs.map(({ name }) => {
      const perRequest = slope(samples, ({ live }) => live[name] ?? 0);
      const grows = `${name}: ${perRequest.toFixed(1)} bytes of live memory more per request, over ${REQUESTS} requests`;
      return goal(grows, perRequest <= GROWTH_BYTES_MAX, 'no growth');
    }),
    writeResults('soak', { machine, form, samples, books }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function sample(programs: readonly MeasuredProcess[], heaps: HeapReader, requests: number): Promise<Sample> {
  // Before the heap is read: collecting garbage gives memory back.
  const resident = programs.map((program) => [program.name, residentBytes(program)] as const);
  const live = await Promise.all(
    programs.map(async (program) => {
      const { heapUsed, external } = await heaps.read(program);
      return [program.name, heapUsed + external] as const;
    }),
  );
  return { requests, resident: Object.fromEntries(resident), live: Object.fromEntries(live) };
}

function growthTable(form: Form, programs: readonly MeasuredProcess[], samples: readonly Sample[]): string {
  const shown = samples.filter((_, index) => index % 4 === 0);
  return table(
    [`${form}, MB: RSS / live`, ...shown.map(({ requests }) => `${requests / 1_000}k`), 'RSS bytes/request'],
    programs.map(({ name }) => [
      name,
      ...shown.map(({ resident, live }) => `${megabytes(resident[name])} / ${megabytes(live[name])}`),
      slope(samples, ({ resident }) => resident[name] ?? 0).toFixed(1),
    ]),
  );
}

/**
 * Bytes per request: the median of the slopes between any two samples (Theil and Sen), which a step, such as one more
 * pool of buffers, does not bend.
 */
function slope(samples: readonly Sample[], bytesOf: (sample: Sample) => number): number {
  const slopes = samples.flatMap((first, index) =>
    samples.slice(index + 1).map((second) => (bytesOf(second) - bytesOf(first)) / (second.requests - first.requests)),
  );
  return slopes.toSorted((one, other) => one - other)[Math.floor(slopes.length / 2)] ?? NaN;
}

function megabytes(bytes: number | undefined): string {
  return ((bytes ?? 0) / 2 ** 20).toFixed(1);
}
