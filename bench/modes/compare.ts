import { KINDS } from '../load/chat-request.js';
import { LoadGenerator } from '../load/load-generator.js';
import { measure, run, type Measurement } from '../measure/measurement.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { comparisonTables } from '../report/comparison-tables.js';
import { goalLines } from '../report/goals.js';
import { PortkeyMissing } from '../targets/portkey.js';
import { startTarget } from '../targets/start-target.js';
import type { BooksSummary, TargetName } from '../targets/target.js';
import { startUpstream, type Upstream } from '../targets/upstream.js';

export interface CompareOptions {
  readonly targets: readonly TargetName[];
  /** Of each kind of load, at the highest concurrency, before anything is measured. */
  readonly compileMs: number;
  /** Before each measurement, at its own concurrency. */
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Of each measurement, when other work disturbs it. */
  readonly attemptsMax: number;
}

export const CONCURRENCIES = [1, 16, 64];

/** Measures the same requests against each target, one after the other, and says how they compare. */
export async function compare(options: CompareOptions): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const upstream = await startUpstream();
  resources.defer(() => upstream.stop());
  const load = await LoadGenerator.start();
  resources.defer(() => load.stop());

  const measurements: Measurement[] = [];
  const books: Record<string, BooksSummary> = {};
  for (const name of options.targets) {
    try {
      const summary = await measureTarget(name, upstream, load, options, measurements);
      if (summary) books[name] = summary;
    } catch (error) {
      if (!(error instanceof PortkeyMissing)) throw error;
      say(error.message);
    }
  }

  say(`\n${machine.join('\n')}\n\n${comparisonTables(measurements)}\n`);
  for (const [name, { requests, chargedNanos }] of Object.entries(books)) {
    say(`${name}: ${requests} requests answered, ${requests} charged and recorded, ${chargedNanos} nanos in all.`);
  }
  say(`\n${goalLines(measurements).join('\n')}`);
  say(`\n${writeResults('compare', { machine, measurements, books })}`);
}

async function measureTarget(
  name: TargetName,
  upstream: Upstream,
  load: LoadGenerator,
  options: CompareOptions,
  measurements: Measurement[],
): Promise<BooksSummary | undefined> {
  await using resources = new AsyncDisposableStack();
  const target = await startTarget(name, upstream);
  resources.defer(() => target.stop());
  // Until V8 has compiled what runs often: one request at a time would not get there within its own warm-up.
  for (const kind of KINDS) {
    await run(target, load, { kind, concurrency: Math.max(...CONCURRENCIES), durationMs: options.compileMs });
  }
  for (const kind of KINDS) {
    for (const concurrency of CONCURRENCIES) {
      const measurement = await measure(target, upstream, load, { ...options, kind, concurrency });
      measurements.push(measurement);
      say(progressLine(measurement));
    }
  }
  return await target.books?.verify();
}

function progressLine({ target, kind, concurrency, requestsPerSecond, failed, failure, ...row }: Measurement): string {
  const failures = failed > 0 ? `, ${failed} FAILED: ${failure}` : '';
  const others =
    row.takenByOthers > 0.1 ? ` (other work took ${Math.round(row.takenByOthers * 100)} % of the cores)` : '';
  return `${target}, ${kind}, ${concurrency} at once: ${Math.round(requestsPerSecond)} requests/s${failures}${others}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
