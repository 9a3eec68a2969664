import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_DIRECTORY } from '../bench-directory.js';
import type { RequestKind } from '../load/chat-request.js';
import { LoadGenerator } from '../load/load-generator.js';
import { summarizeProfile, type ProfileSummary, type TimeByName } from '../measure/cpu-profile.js';
import { run } from '../measure/measurement.js';
import type { MeasuredProcess } from '../measure/proc.js';
import { startCodeRouter, type Form } from '../targets/code-router.js';
import { startUpstream } from '../targets/upstream.js';

export interface ProfileOptions {
  readonly form: Form;
  readonly kind: RequestKind;
  readonly concurrency: number;
}

const WARM_UP_MS = 4_000;
const DURATION_MS = 8_000;
const FUNCTIONS_SHOWN = 30;
const PACKAGES_SHOWN = 15;
/** Less than this share of a process's time is not worth a line. */
const SHARE_MIN = 0.004;

/** Runs Code Router under V8's CPU profiler and says in which functions each of its processes spent its time. */
export async function profile({ form, kind, concurrency }: ProfileOptions): Promise<void> {
  const directory = join(BENCH_DIRECTORY, 'results', `profile-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  mkdirSync(directory, { recursive: true });
  const { programs, requests, fromUs, toUs } = await profiledRun({ form, kind, concurrency }, directory);
  // Each process has written its profile when it ended.
  const files = readdirSync(directory);
  for (const { name, pid } of programs) {
    const file = files.find((candidate) => candidate.split('.')[3] === String(pid));
    if (file) process.stdout.write(report(name, summarizeProfile(join(directory, file), fromUs, toUs), requests));
  }
  process.stdout.write(`\nThe profiles, for the developer tools of a browser: ${directory}\n`);
}

async function profiledRun({ form, kind, concurrency }: ProfileOptions, directory: string) {
  await using resources = new AsyncDisposableStack();
  const upstream = await startUpstream();
  resources.defer(() => upstream.stop());
  const load = await LoadGenerator.start();
  resources.defer(() => load.stop());
  const target = await startCodeRouter(form, upstream, {
    NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory} --cpu-prof-interval=500`,
  });
  resources.defer(() => target.stop());
  await run(target, load, { kind, concurrency, durationMs: WARM_UP_MS });
  const fromUs = monotonicUs();
  const { result, settledAfterMs } = await run(target, load, { kind, concurrency, durationMs: DURATION_MS });
  const toUs = monotonicUs();
  const perSecond = Math.round(result.inTime / (result.elapsedUs / 1e6));
  process.stdout.write(
    `${form}, ${kind}, ${concurrency} at once, profiled: ${perSecond} requests/s, ` +
      `settled after ${Math.round(settledAfterMs ?? 0)} ms\n`,
  );
  return { programs: programsOf(target.processes), requests: result.succeeded, fromUs, toUs };
}

function programsOf(processes: readonly MeasuredProcess[]): readonly MeasuredProcess[] {
  return processes.filter(({ withDescendants }) => !withDescendants);
}

function report(name: string, summary: ProfileSummary, requests: number): string {
  const perRequest = (us: number): string => (us / requests).toFixed(1).padStart(8);
  const lines = (times: TimeByName, shown: number): readonly string[] =>
    times
      .filter(([, us]) => us >= summary.busyUs * SHARE_MIN)
      .slice(0, shown)
      .map(([what, us]) => `${perRequest(us)}  ${what}`);
  return [
    `\n## ${name}: ${perRequest(summary.busyUs).trim()} us per request`,
    '\n  us self, by function',
    ...lines(summary.self, FUNCTIONS_SHOWN),
    '\n  us self, by package or folder',
    ...lines(summary.byPackage, PACKAGES_SHOWN),
    '\n  us with all that it calls, by function of the project',
    ...lines(summary.inclusive, FUNCTIONS_SHOWN),
    '',
  ].join('\n');
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
