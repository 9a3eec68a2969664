import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { QuotaMessages } from '@code-router/contracts';
import { openTransport, type ServiceClient, type Transport } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import {
  freePort,
  ProcessGroup,
  startBuiltProgram,
  startNatsServer,
  temporaryDirectory,
  type ChildProgram,
} from '@code-router/testing';
import type { MeasuredProcess } from '../measure/proc.js';

/** Enough for any benchmark. */
const GRANT_NANOS = '1000000000000000';
/** Accounts that are opened at the same time. */
const OPENING_MAX = 32;

export interface Owner {
  readonly accountId: string;
  readonly keyId: string;
}

/** One process of quota, with a NATS server and a PostgreSQL of its own, and nothing else. */
export interface QuotaTarget {
  readonly databaseUrl: string;
  readonly transport: Transport;
  readonly processes: readonly MeasuredProcess[];
  startQuota(): Promise<void>;
  stopQuota(): Promise<void>;
  stop(): Promise<void>;
}

export async function startQuotaTarget(): Promise<QuotaTarget> {
  await using resources = new AsyncDisposableStack();
  const directory = await temporaryDirectory('bench');
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const natsDirectory = join(directory, 'nats');
  await mkdir(natsDirectory);
  const nats = await startNatsServer({ directory: natsDirectory });
  resources.defer(() => nats.stop());
  const postgres = await EmbeddedPostgres.start({ directory: join(directory, 'postgresql') });
  resources.defer(() => postgres.stop());

  const port = await freePort();
  const start = (): Promise<ChildProgram> =>
    startBuiltProgram({
      name: 'quota',
      file: 'apps/quota/src/main.js',
      baseUrl: `http://127.0.0.1:${port}`,
      environment: {
        DATABASE_URL: postgres.url,
        NATS_URL: nats.url,
        CODE_ROUTER_DATA_DIR: directory,
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'warn',
      },
    });
  const group = new ProcessGroup({ quota: start });
  resources.defer(() => group.stopAll());
  await group.startAll();
  const transport = await openTransport({ databaseUrl: postgres.url, natsUrl: nats.url }, 'bench');
  resources.defer(() => transport.close());
  const kept = resources.move();
  return {
    databaseUrl: postgres.url,
    transport,
    get processes() {
      return [
        { name: 'quota', pid: group.pids['quota'] ?? 0 },
        { name: 'postgresql', pid: postgres.pid, withDescendants: true },
        { name: 'nats', pid: nats.program.pid },
        { name: 'load', pid: process.pid },
      ];
    },
    startQuota: () => group.start('quota'),
    async stopQuota() {
      await group.terminate('quota');
    },
    stop: () => kept.disposeAsync(),
  };
}

/** Opens accounts with a balance and a key each, as an administrator would. */
export async function openOwners(client: ServiceClient, count: number): Promise<readonly Owner[]> {
  const owners: Owner[] = [];
  const open = async (): Promise<Owner> => {
    const { id: accountId } = await client.request(QuotaMessages.createAccount, { name: `bench ${randomUUID()}` });
    const [key] = await Promise.all([
      client.request(QuotaMessages.createKey, { accountId, name: 'bench' }),
      client.request(QuotaMessages.grant, {
        accountId,
        amountNanos: GRANT_NANOS,
        reference: randomUUID(),
        note: '',
        author: 'bench',
      }),
    ]);
    return { accountId, keyId: key.id };
  };
  while (owners.length < count) {
    owners.push(...(await Promise.all(Array.from({ length: Math.min(OPENING_MAX, count - owners.length) }, open))));
  }
  return owners;
}
