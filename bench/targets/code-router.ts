import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@code-router/postgres';
import {
  startDistributed,
  startNatsServer,
  startRedisServer,
  startStandalone,
  temporaryDirectory,
  type RunningSystem,
} from '@code-router/testing';
import { descendantsOf, type MeasuredProcess } from '../measure/proc.js';
import { setUpBilling } from './billing.js';
import { CodeRouterBooks } from './code-router-books.js';
import type { Books, Target } from './target.js';
import type { Upstream } from './upstream.js';

export const FORMS = ['standalone', 'distributed'] as const;
export type Form = (typeof FORMS)[number];

export type CodeRouter = Target & { readonly books: Books };

/** Settings of Code Router's processes, beside those that the form itself needs. */
export type Environment = Readonly<Record<string, string>>;

/** Starts a form of Code Router with billing as in production: data synced to disk, a finite balance, one key. */
export function startCodeRouter(form: Form, upstream: Upstream, environment: Environment = {}): Promise<CodeRouter> {
  switch (form) {
    case 'standalone':
      return startStandaloneTarget(upstream, environment);
    case 'distributed':
      return startDistributedTarget(upstream, environment);
    default:
      return unknownForm(form);
  }
}

async function startStandaloneTarget(upstream: Upstream, environment: Environment): Promise<CodeRouter> {
  await using resources = new AsyncDisposableStack();
  const system = await startStandalone({ environment });
  resources.defer(() => system.stop());
  const pid = system.processes['standalone'] ?? 0;
  const postmaster = descendantsOf(pid)[0];
  const processes = [
    { name: 'standalone', pid },
    ...(postmaster === undefined ? [] : [{ name: 'postgresql', pid: postmaster, withDescendants: true }]),
  ];
  return await target('standalone', 'standalone', system, upstream, processes, resources);
}

async function startDistributedTarget(upstream: Upstream, environment: Environment): Promise<CodeRouter> {
  await using resources = new AsyncDisposableStack();
  const directory = await temporaryDirectory('bench');
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const [natsDirectory, redisDirectory] = [join(directory, 'nats'), join(directory, 'redis')];
  await Promise.all([mkdir(natsDirectory), mkdir(redisDirectory)]);
  // Started here and not with the system, because what they cost is measured.
  const nats = await startNatsServer({ directory: natsDirectory });
  resources.defer(() => nats.stop());
  const redis = await startRedisServer({ directory: redisDirectory });
  resources.defer(() => redis.stop());
  const postgres = await EmbeddedPostgres.start({ directory: join(directory, 'postgresql') });
  resources.defer(() => postgres.stop());
  const system = await startDistributed({
    databaseUrl: postgres.url,
    natsUrl: nats.url,
    redisUrl: redis.url,
    environment,
  });
  resources.defer(() => system.stop());
  const processes = [
    ...Object.entries(system.processes).map(([name, pid]) => ({ name, pid })),
    { name: 'nats', pid: nats.program.pid },
    { name: 'redis', pid: redis.program.pid },
    { name: 'postgresql', pid: postgres.pid, withDescendants: true },
  ];
  return await target('distributed', 'gateway', system, upstream, processes, resources);
}

/** Takes over the resources when all is well; otherwise the caller's scope stops what was started. */
async function target(
  name: Form,
  edge: string,
  system: RunningSystem,
  upstream: Upstream,
  processes: readonly MeasuredProcess[],
  resources: AsyncDisposableStack,
): Promise<CodeRouter> {
  const { accountId, apiKey } = await setUpBilling(system, upstream.url);
  const books = await CodeRouterBooks.open(system.databaseUrl, accountId);
  resources.defer(() => books.close());
  const kept = resources.move();
  return {
    name,
    port: Number(new URL(system.baseUrl).port),
    headers: { authorization: `Bearer ${apiKey}` },
    edge,
    processes,
    books,
    stop: () => kept.disposeAsync(),
  };
}

function unknownForm(form: never): never {
  throw new RangeError(`Unknown form ${String(form)}`);
}
