import { setTimeout as sleep } from 'node:timers/promises';
import { IDLE_MODEL } from '../load/chat-request.js';
import { LoadGenerator } from '../load/load-generator.js';
import { run } from '../measure/measurement.js';
import { residentBytes } from '../measure/proc.js';
import { goal } from '../report/goals.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { startCodeRouter, type Form } from '../targets/code-router.js';
import { startUpstream } from '../targets/upstream.js';

const STREAMS = 1_000;
const RESIDENT_MB_MAX = 250;
/** How long the streams lie idle before memory is read. */
const IDLE_MS = 5_000;
const WARM_UP_REQUESTS = 2_000;

/** Opens a thousand streams that say nothing after their first chunk, and reads what the gateway needs to keep them. */
export async function measureIdleStreams(form: Form): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const upstream = await startUpstream();
  resources.defer(() => upstream.stop());
  const load = await LoadGenerator.start();
  resources.defer(() => load.stop());
  const target = await startCodeRouter(form, upstream);
  resources.defer(() => target.stop());
  const edge = target.processes.find(({ name }) => name === target.edge);
  if (!edge) throw new Error(`${form} has no process that takes requests.`);

  const started = residentBytes(edge);
  await run(target, load, { kind: 'stream', concurrency: 16, requestsMax: WARM_UP_REQUESTS });
  const warm = residentBytes(edge);
  const begun = Promise.withResolvers<void>();
  const ended = run(target, load, {
    kind: 'stream',
    model: IDLE_MODEL,
    concurrency: STREAMS,
    requestsMax: STREAMS,
    onBegun: begun.resolve,
  });
  await Promise.race([begun.promise, ended]);
  await sleep(IDLE_MS);
  const idle = residentBytes(edge);
  await upstream.finishIdleStreams();
  const { result } = await ended;
  if (result.failed > 0) throw new Error(`${result.failed} streams failed: ${result.failure}`);
  const books = await target.books.verify();

  const [startedMb, warmMb, idleMb] = [started, warm, idle].map((bytes) => Math.round(bytes / 2 ** 20));
  const lines = [
    ...machine,
    `${form}: ${startedMb} MB after its start, ${warmMb} MB after ${WARM_UP_REQUESTS} streams, ` +
      `${idleMb} MB with ${STREAMS} idle streams open (${Math.round((idle - warm) / STREAMS / 1_024)} kB each)`,
    `Every stream ended whole; ${books.requests} requests answered, charged and recorded.`,
    goal(
      `${STREAMS} idle streams: ${idleMb} MB of gateway RSS`,
      (idleMb ?? 0) <= RESIDENT_MB_MAX,
      `at most ${RESIDENT_MB_MAX} MB`,
    ),
    writeResults('idle-streams', { machine, form, started, warm, idle, streams: STREAMS, books }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
