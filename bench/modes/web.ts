import type { Browser } from 'playwright-core';
import { launchChromium, startStandalone } from '@code-router/testing';
import { goal } from '../report/goals.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { table } from '../report/table.js';
import { AdminApi } from '../targets/admin-api.js';
import { fill } from '../usage-log/fill.js';
import { CATALOG, enterCatalog } from '../web/catalog.js';
import { measureFiltering, type Filtering } from '../web/filtering.js';
import { ownBusiestAccount } from '../web/usage-records.js';
import { signIn, visit, type Load, type Session } from '../web/visit.js';

export interface WebOptions {
  /** How many usage records there are; a tenth of them is of the account whose usage page is scrolled. */
  readonly records: number;
}

interface Scroll {
  readonly framesMs: readonly number[];
  readonly answersMs: readonly number[];
  readonly longTasks: number;
  readonly blockingMs: number;
}

const LOADS = 5;
const KEYSTROKE_P95_MS_MAX = 50;
const SCRIPT_BYTES_MAX = 200_000;
/** What web.dev calls good. */
const GOOD = { largestPaintMs: 2_500, layoutShift: 0.1, blockingMs: 200 } as const;
const ROWS_SCROLLED = 2_000;

/** What somebody in a browser waits for: pages that load, prices that are searched, usage that is scrolled. */
export async function measureWeb({ records }: WebOptions): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const system = await startStandalone();
  resources.defer(() => system.stop());
  const admin = new AdminApi(system.baseUrl);
  await admin.logIn(system.adminPassword);
  await enterCatalog(admin);
  await fill(system.databaseUrl, records, say);
  const accountId = await ownBusiestAccount(system.databaseUrl);
  const browser = await launchChromium();
  resources.defer(() => browser.close());
  const session = await signIn(browser, system.baseUrl, system.adminPassword);

  const pricing = await loads(browser, `${system.baseUrl}/pricing`);
  const dashboard = await loads(browser, `${system.baseUrl}/dashboard`, session);
  const filtering = await filter(browser, system.baseUrl);
  const scroll = await scrollUsage(browser, system.baseUrl, session, accountId);

  say(`\n${machine.join('\n')}\n`);
  say(loadTable({ '/pricing': pricing, '/dashboard': dashboard }));
  say(timesTable(filtering, scroll));
  const p95 = percentile(filtering.keystrokesMs, 0.95);
  say(goal(`a keystroke to the painted list, p95: ${p95.toFixed(1)} ms`, p95 <= KEYSTROKE_P95_MS_MAX, '50 ms'));
  say(
    goal(
      `JavaScript of /pricing: ${(pricing.scriptBytes / 1_000).toFixed(0)} KB`,
      pricing.scriptBytes <= SCRIPT_BYTES_MAX,
      '200 KB compressed',
    ),
  );
  for (const [path, load] of Object.entries({ '/pricing': pricing, '/dashboard': dashboard })) {
    const isGood =
      load.largestPaintMs <= GOOD.largestPaintMs &&
      load.layoutShift <= GOOD.layoutShift &&
      load.blockingMs <= GOOD.blockingMs;
    say(goal(`${path} loads well`, isGood, 'LCP 2.5 s, CLS 0.1, TBT 200 ms'));
  }
  say(`\n${writeResults('web', { machine, records, pricing, dashboard, filtering, scroll })}`);
}

/** The median of several first visits, each figure by itself. */
async function loads(browser: Browser, url: string, session?: Session): Promise<Load> {
  const all: Load[] = [];
  for (let load = 0; load < LOADS; load += 1) {
    await using visited = await visit(browser, url, session);
    all.push(await visited.observed<Load>('load()'));
  }
  const median = (figure: keyof Load) =>
    percentile(
      all.map((load) => load[figure]),
      0.5,
    );
  return {
    firstPaintMs: median('firstPaintMs'),
    largestPaintMs: median('largestPaintMs'),
    layoutShift: median('layoutShift'),
    blockingMs: median('blockingMs'),
    scriptBytes: median('scriptBytes'),
  };
}

async function filter(browser: Browser, baseUrl: string): Promise<Filtering> {
  await using visited = await visit(browser, `${baseUrl}/pricing`);
  return await measureFiltering(visited);
}

async function scrollUsage(browser: Browser, baseUrl: string, session: Session, accountId: string): Promise<Scroll> {
  await using visited = await visit(browser, `${baseUrl}/usage?range=month`, session, accountId);
  await visited.page.locator('main tbody tr[data-index]').first().waitFor();
  const { frames, ...tasks } = await visited.observed<{ frames: number[]; longTasks: number; blockingMs: number }>(
    `scroll(${ROWS_SCROLLED})`,
  );
  const answersMs = await visited.observed<number[]>(`answersMs('/api/me/accounts/${accountId}/usage')`);
  return { framesMs: frames, answersMs, ...tasks };
}

function loadTable(pages: Readonly<Record<string, Load>>): string {
  const heads = ['first visit, median of 5', 'first paint ms', 'LCP ms', 'CLS', 'TBT ms', 'JavaScript KB'];
  const rows = Object.entries(pages).map(([path, load]) => [
    path,
    load.firstPaintMs.toFixed(0),
    load.largestPaintMs.toFixed(0),
    load.layoutShift.toFixed(3),
    load.blockingMs.toFixed(0),
    (load.scriptBytes / 1_000).toFixed(0),
  ]);
  return `${table(heads, rows)}\n`;
}

function timesTable({ keystrokesMs, slowestInteractionMs }: Filtering, scroll: Scroll): string {
  const rows: readonly (readonly [string, readonly number[]])[] = [
    [`${CATALOG.length} models: a keystroke to the list painted`, keystrokesMs],
    [`usage, ${ROWS_SCROLLED} rows scrolled: a frame`, scroll.framesMs],
    ['usage: the next page of 100, until it has arrived', scroll.answersMs],
  ];
  const lines = rows.map(([what, times]) => [
    what,
    String(times.length),
    ...[0.5, 0.95, 1].map((share) => percentile(times, share).toFixed(1)),
  ]);
  return (
    `${table(['what', 'times', 'p50 ms', 'p95 ms', 'max ms'], lines)}\n\n` +
    `The slowest input to its next frame, as the browser tells it: ${slowestInteractionMs} ms\n` +
    `Long tasks while scrolling: ${scroll.longTasks}, which kept the page busy ${scroll.blockingMs.toFixed(0)} ms too long\n`
  );
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
