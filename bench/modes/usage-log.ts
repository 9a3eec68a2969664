import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  UsageLogMessages,
  type RequestContract,
  type UsageExportFormat,
  type UsageExportPart,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import { startService } from '@code-router/service';
import { temporaryDirectory } from '@code-router/testing';
import { exportParts } from '../../apps/gateway/src/console/usage/export-parts.js';
import { UsageLogModule } from '../../apps/usage-log/src/usage-log.module.js';
import { goal } from '../report/goals.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { table } from '../report/table.js';
import { fill } from '../usage-log/fill.js';
import { questions, type Question } from '../usage-log/queries.js';
import { measureRecording, type RecordingOptions } from '../usage-log/recording.js';

export interface UsageLogOptions {
  /** How many records the pages, charts and exports have to do with. */
  readonly records: number;
  /** Where the filled database is kept for the next run; a temporary one when absent. */
  readonly directory?: string | undefined;
  /** A server that runs and was filled before; one of its own when absent. */
  readonly databaseUrl?: string | undefined;
  /** How many events are published each second. */
  readonly rate: number;
}

const ANSWER_MS_MAX = 50;
const EXPORT_ROWS_MIN = 50_000;
const EXPORT_ROWS = 1_000_000;
const WARM_RUNS = 9;
const RECORDING_SECONDS = 20;
const OUTAGE_SECONDS = 30;
const CAUGHT_UP_MS_MAX = 10_000;

/** Pages, charts and exports over millions of records. */
export async function measureUsageLogQueries(options: UsageLogOptions): Promise<void> {
  const { records } = options;
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const databaseUrl = options.databaseUrl ?? (await startFilled(options, resources));
  const service = await startUsageLog(databaseUrl);
  resources.defer(() => service.stop());
  const client = service.app.get(ServiceClient);
  const { pages, charts } = await questions(databaseUrl);

  const pageRows = await measureAll(client, UsageLogMessages.listRecords, pages, ({ items, nextCursor }) =>
    nextCursor !== undefined && items.length < 50 ? `${items.length}, goes on` : String(items.length),
  );
  const deep = await measureDeepPages(client);
  const chartRows = await measureAll(client, UsageLogMessages.statistics, charts, ({ series }) =>
    String(series.reduce((sum, { points }) => sum + points.length, 0)),
  );
  const exports = [await measureExport(client, 'csv'), await measureExport(client, 'ndjson')];

  const heads = ['cold ms', 'warm p50 ms', 'warm max ms'];
  const slowest = (rows: readonly Timed[]) => Math.max(...rows.map(({ warmMax }) => warmMax));
  say(machine.join('\n'));
  say(table([`a page of 50 of ${records} records`, 'found', ...heads], [...pageRows, deep].map(cells)));
  say(table(['a chart of 30 days', 'points', ...heads], chartRows.map(cells)));
  for (const { format, rowsPerSecond, megabytes, peakMb, startMb } of exports) {
    say(
      `export ${format}: ${rowsPerSecond} rows/s, ${megabytes} MB in all; memory ${startMb} MB before, ${peakMb} MB at most`,
    );
    say(goal(`export as ${format}: ${rowsPerSecond} rows/s`, rowsPerSecond >= EXPORT_ROWS_MIN, `${EXPORT_ROWS_MIN}`));
  }
  for (const [what, rows] of [
    ['page', [...pageRows, deep]],
    ['chart', chartRows],
  ] as const) {
    say(goal(`the slowest ${what}, warm: ${slowest(rows)} ms`, slowest(rows) < ANSWER_MS_MAX, `${ANSWER_MS_MAX} ms`));
  }
  say(writeResults('usage-log-queries', { machine, records, pages: pageRows, deep, charts: chartRows, exports }));
}

/** From the publication of a settlement to its record, at a steady rate and after an outage. */
export async function measureUsageLogRecording({ rate }: UsageLogOptions): Promise<void> {
  const machine = machineNotes();
  say(machine.join('\n'));
  const results = [];
  for (const outageSeconds of [0, OUTAGE_SECONDS]) {
    await using resources = new AsyncDisposableStack();
    const directory = await temporaryDirectory('usage-recording');
    resources.defer(() => rm(directory, { recursive: true, force: true }));
    const seconds = RECORDING_SECONDS + (outageSeconds > 0 ? outageSeconds + 15 : 0);
    const options: RecordingOptions = { directory, rate, seconds, outageSeconds };
    const result = await measureRecording(options);
    results.push(result);
    say(
      `${result.wantedPerSecond}/s for ${seconds} s${outageSeconds > 0 ? `, consumer away for ${outageSeconds} s` : ''}: ` +
        `published ${result.publishedPerSecond}/s, recorded ${result.recordedPerSecond}/s; ` +
        `lag ${result.lagMsP50} ms in the middle, ${result.lagMsMax} ms at most; ` +
        `CPU µs for each event: ${Object.entries(result.cpuUsPerEvent)
          .map(([name, us]) => `${name} ${us}`)
          .join(', ')}`,
    );
    if (result.caughtUpMs === null) {
      say(goal(`${result.recordedPerSecond} settlements/s`, result.recordedPerSecond >= rate * 0.98, `${rate}/s`));
    } else {
      const isReached = result.caughtUpMs <= CAUGHT_UP_MS_MAX;
      say(
        goal(`lag below 1 s ${result.caughtUpMs} ms after the consumer was back`, isReached, `${CAUGHT_UP_MS_MAX} ms`),
      );
    }
  }
  say(writeResults('usage-log-recording', { machine, results }));
}

/** PostgreSQL with the records, in the directory or in a temporary one. */
async function startFilled({ records, directory }: UsageLogOptions, resources: AsyncDisposableStack): Promise<string> {
  const folder = directory ?? (await temporaryDirectory('usage-log'));
  if (directory === undefined) resources.defer(() => rm(folder, { recursive: true, force: true }));
  await prepare(folder, records);
  // Started anew: what was just written is in no buffer of PostgreSQL's.
  const postgres = await EmbeddedPostgres.start({ directory: join(folder, 'postgresql') });
  resources.defer(() => postgres.stop());
  return postgres.url;
}

async function prepare(folder: string, records: number): Promise<void> {
  const filled = join(folder, `filled-${records}`);
  if (existsSync(filled)) return;
  await mkdir(folder, { recursive: true });
  // Only the filled database is kept, and it is written to disk when the server stops.
  const postgres = await EmbeddedPostgres.start({ directory: join(folder, 'postgresql'), durable: false });
  try {
    await (await startUsageLog(postgres.url)).stop();
    await fill(postgres.url, records, say);
    await mkdir(filled);
  } finally {
    await postgres.stop();
  }
}

function startUsageLog(databaseUrl: string) {
  const infrastructure = { databaseUrl };
  return startService({ name: 'usage-log', modules: [UsageLogModule], infrastructure, host: '127.0.0.1', port: 0 });
}

interface Timed {
  readonly name: string;
  readonly found: string;
  readonly cold: number;
  readonly warmP50: number;
  readonly warmMax: number;
}

async function measureAll<Request, Reply>(
  client: ServiceClient,
  contract: RequestContract<Request, Reply>,
  asked: readonly Question<Request>[],
  found: (reply: Reply) => string,
): Promise<readonly Timed[]> {
  // Connections and compiled code belong to the service, not to a question.
  for (const { request } of asked.slice(0, 3)) await client.request(contract, request, { timeoutMs: 60_000 });
  const rows: Timed[] = [];
  for (const { name, request } of asked) {
    const runs: number[] = [];
    let reply: Reply | undefined;
    for (let run = 0; run <= WARM_RUNS; run += 1) {
      const startedAt = performance.now();
      reply = await client.request(contract, request, { timeoutMs: 60_000 });
      runs.push(performance.now() - startedAt);
    }
    rows.push(timed(name, reply === undefined ? '' : found(reply), runs));
  }
  return rows;
}

/** Two hundred pages of one search, each below the one before. */
async function measureDeepPages(client: ServiceClient): Promise<Timed> {
  const runs: number[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 200; page += 1) {
    const startedAt = performance.now();
    const request = { model: 'model-0', status: 'error', limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const { nextCursor } = await client.request(UsageLogMessages.listRecords, request);
    runs.push(performance.now() - startedAt);
    cursor = nextCursor;
    if (cursor === undefined) break;
  }
  return timed('model + status error, 200 pages of 200 in a row', String(runs.length), runs);
}

function timed(name: string, found: string, runs: readonly number[]): Timed {
  const [cold = 0, ...warm] = runs;
  const sorted = warm.toSorted((a, b) => a - b);
  const round = (ms: number) => Math.round(ms * 10) / 10;
  return {
    name,
    found,
    cold: round(cold),
    warmP50: round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    warmMax: round(sorted.at(-1) ?? 0),
  };
}

function cells({ name, found, cold, warmP50, warmMax }: Timed): readonly string[] {
  return [name, found, ...[cold, warmP50, warmMax].map((ms) => ms.toFixed(1))];
}

async function measureExport(client: ServiceClient, format: UsageExportFormat) {
  const startMb = residentMb();
  let peakMb = startMb;
  let rows = 0;
  let bytes = 0;
  const startedAt = performance.now();
  const ask = (stretch: { readonly cursor?: string; readonly until?: string } = {}): Promise<UsageExportPart> =>
    client.request(
      UsageLogMessages.exportRecords,
      { filters: {}, format, audience: 'operator', encoding: 'base64', ...stretch },
      { timeoutMs: 60_000 },
    );
  for await (const part of exportParts(await ask(), ask)) {
    rows += part.rows;
    bytes += Buffer.from(part.text, part.encoding).length;
    peakMb = Math.max(peakMb, residentMb());
    if (rows >= EXPORT_ROWS) break;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { format, rowsPerSecond: Math.round(rows / seconds), megabytes: Math.round(bytes / 1e6), startMb, peakMb };
}

function residentMb(): number {
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
