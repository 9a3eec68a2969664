import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ADMIN_PASSWORD,
  CrashablePostgres,
  CrashableServer,
  freePort,
  serviceGroup,
  startNatsServer,
  startRedisServer,
  temporaryDirectory,
  type ProcessSettings,
  type ServiceProcess,
} from '@code-router/testing';
import type { Random } from '../random.js';
import { ChaosUpstream } from '../upstream/chaos-upstream.js';
import { Administration, type Customer } from './administration.js';
import { Supervisor } from './supervisor.js';
import { TcpProxy } from './tcp-proxy.js';

export const LINKS = ['nats', 'postgres', 'redis', 'upstream'] as const;
export type LinkName = (typeof LINKS)[number];

/** How a system is set up. */
export interface Setup {
  /** How many processes there are of a service, 1 where it is absent. */
  readonly replicas: Readonly<Partial<Record<ServiceProcess, number>>>;
  readonly settings: ProcessSettings & { readonly CODE_ROUTER_LEASE_MS: string };
}

/** As in production, but for holds, which the suite cannot wait for, and for how often the reconciler runs. */
export const WHOLE_SETUP: Setup = {
  replicas: { gateway: 2, quota: 2, 'usage-log': 2, 'usage-log-worker': 2 },
  settings: {
    CODE_ROUTER_LEASE_MS: '12000',
    CODE_ROUTER_READ_ON_MS: '2000',
    // What a broker or a queue lost is found and repaired within a minute.
    CODE_ROUTER_RECONCILE_INTERVAL_MINUTES: '1',
    CODE_ROUTER_RECONCILE_GRACE_MINUTES: '0',
  },
};

/** A quarter of the time between two checkpoints, and how often the gateway looks: docs/chaos.md has the sum. */
const CHECKPOINT_SHARE_MAX = 1 / 48 + 1 / 120;
/** How late a timer and a message between two processes may be. */
const SLOW_MACHINE_MS = 3_000;

/** Nobody is waited for longer than it takes to see what they do. */
export const SHORT_SETUP: Setup = {
  replicas: { gateway: 2 },
  settings: {
    CODE_ROUTER_LEASE_MS: '6000',
    CODE_ROUTER_READ_ON_MS: '1000',
    CODE_ROUTER_STREAM_ACK_SECONDS: '2',
    CODE_ROUTER_STREAM_RETRY_MS_MAX: '1000',
    CODE_ROUTER_JOB_LOCK_SECONDS: '3',
    CODE_ROUTER_CONFIRMATION_MS: '1000',
    CODE_ROUTER_RECONCILE_INTERVAL_MINUTES: '0',
    CODE_ROUTER_RECONCILE_GRACE_MINUTES: '0',
  },
};

/** Accounts that run dry while the suite runs: money is refused, and none of it may stay held. */
const POOR_SHARE = 5;
const POOR_NANOS = 2_000_000n;
const RICH_NANOS = 10n ** 15n;

/** The distributed form, with everything between its parts in the suite's hands. */
export interface ChaosSystem {
  readonly services: Supervisor;
  readonly nats: CrashableServer;
  readonly redis: CrashableServer;
  readonly postgres: CrashablePostgres;
  readonly links: Readonly<Record<LinkName, TcpProxy>>;
  readonly upstream: ChaosUpstream;
  readonly administration: Administration;
  readonly customers: readonly Customer[];
  /** By when a stream that reaches its client has its first checkpoint, on a machine that is slow. */
  readonly checkpointMsMax: number;
  /** Where the processes' lines are. */
  readonly logs: string;
  /** Ends everything. @param keepLogs whether its folder stays. */
  stop(keepLogs: boolean): Promise<void>;
}

export async function startChaosSystem(random: Random, accounts: number, setup: Setup): Promise<ChaosSystem> {
  const folder = await temporaryDirectory('chaos');
  const resources = new AsyncDisposableStack();
  try {
    const nats = await CrashableServer.start(startNatsServer, folder, 'nats');
    resources.defer(() => nats.stop());
    const redis = await CrashableServer.start(startRedisServer, folder, 'redis');
    resources.defer(() => redis.stop());
    const postgres = await CrashablePostgres.start({ directory: join(folder, 'postgresql'), connectionsMax: 200 });
    resources.defer(() => postgres.stop());
    const upstream = await ChaosUpstream.start(random.of('upstream'));
    resources.defer(() => upstream.stop());

    const between = async (port: () => number): Promise<TcpProxy> => {
      const proxy = await TcpProxy.start(port);
      resources.defer(() => proxy.stop());
      return proxy;
    };
    const links = {
      nats: await between(() => nats.port),
      redis: await between(() => redis.port),
      postgres: await between(() => postgres.port),
      upstream: await between(() => upstream.port),
    };
    const logs = join(folder, 'logs');
    const group = await serviceGroup({
      databaseUrl: throughPort(postgres.url, links.postgres.port),
      natsUrl: throughPort(nats.url, links.nats.port),
      redisUrl: throughPort(redis.url, links.redis.port),
      dataDirectory: join(folder, 'data'),
      gateway: { host: '127.0.0.1', port: await freePort() },
      replicas: setup.replicas,
      environment: {
        ...setup.settings,
        CODE_ROUTER_ADMIN_PASSWORD: ADMIN_PASSWORD,
        CODE_ROUTER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      },
      onLine: await logFiles(logs, resources),
    });
    const services = new Supervisor(group);
    resources.defer(() => services.stop());
    await services.waitUntilReady();

    const administration = new Administration(services.urlOf('gateway'));
    await administration.logIn(ADMIN_PASSWORD);
    // The second channel is not reached through the link: where that is broken, it is the way out.
    await administration.offerModel([links.upstream.port, upstream.port]);
    const customers: Customer[] = [];
    for (let index = 0; index < accounts; index += 1) {
      const isPoor = index % POOR_SHARE === POOR_SHARE - 1;
      customers.push(await administration.createCustomer(`customer ${index + 1}`, isPoor ? POOR_NANOS : RICH_NANOS));
    }
    return {
      services,
      nats,
      redis,
      postgres,
      links,
      upstream,
      administration,
      customers,
      checkpointMsMax: Number(setup.settings.CODE_ROUTER_LEASE_MS) * CHECKPOINT_SHARE_MAX + SLOW_MACHINE_MS,
      logs,
      stop: async (keepLogs) => {
        await resources.disposeAsync();
        for (const name of ['nats', 'nats-copy', 'redis', 'postgresql', 'data']) {
          await rm(join(folder, name), { recursive: true, force: true });
        }
        if (!keepLogs) await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await resources.disposeAsync();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function throughPort(url: string, port: number): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href.replace(/\/$/, '');
}

/** A file for each process, with the times of its lines, which the lines themselves do not always tell. */
async function logFiles(
  folder: string,
  resources: AsyncDisposableStack,
): Promise<(process: string, line: string) => void> {
  await mkdir(folder, { recursive: true });
  const files = new Map<string, WriteStream>();
  resources.defer(() => {
    for (const file of files.values()) file.end();
  });
  return (process, line) => {
    let file = files.get(process);
    if (!file) {
      file = createWriteStream(join(folder, `${process}.log`));
      files.set(process, file);
    }
    file.write(`${new Date().toISOString()} ${line}\n`);
  };
}
