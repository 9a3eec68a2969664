import {
  createPostgresBackend,
  createRedisBackend,
  type BackendFactory,
  type DefaultJobOptions,
  type IQueueBackend,
  type PostgresPoolConfig,
  type QueueOptions,
} from 'bullmq';
import type { Infrastructure } from '@code-router/config';
import { connectionSettings } from '@code-router/postgres';
import { keptEvents, type KeptEvents } from '../domain/kept-events.js';
import { unpackEvents, type PackedEvents } from './packed-events.js';

/** The queue between the consumer of the event log and the workers that record. */
export const USAGE_QUEUE = 'usage';

/** What a job carries: a batch of events, or one that is by itself because it could not be recorded. */
export type UsageJob =
  | { readonly packed: PackedEvents; readonly count: number }
  /** So that a dead letter can be read and repaired. Batches of former versions came like this too. */
  | { readonly events: readonly unknown[] };

/** Whoever repairs a job by hand may make anything of it: then it fails when it is read, and no other with it. */
export function eventsOf(job: UsageJob): KeptEvents {
  const { packed, count, events } = (job ?? {}) as { readonly [Name in 'packed' | 'count' | 'events']?: unknown };
  if (typeof packed === 'string') return unpackEvents(packed, typeof count === 'number' && count > 0 ? count : 1);
  return Array.isArray(events) ? keptEvents(events) : UNREADABLE;
}

const UNREADABLE: KeptEvents = {
  count: 1,
  read() {
    throw new Error('the job has neither packed events nor a list of them');
  },
};

/**
 * Practically without end: what can be recorded some day is no dead letter, however long the database is away. Meanwhile
 * its job counts as waiting, so that the event log, which is on disk, keeps what comes after.
 */
const ATTEMPTS_MAX = 1_000_000;
const FIRST_RETRY_MS = 1_000;
const RETRY_MS_MAX = 30_000;

/**
 * How long a job waits that has failed so often, at least once. Spread by half: jobs that were recorded together and failed
 * for one of them are not to come back together, and fail for it again.
 */
export function retryDelayMs(failures: number): number {
  const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), RETRY_MS_MAX);
  return Math.round(delayMs * (1 - Math.random() / 2));
}

/**
 * Jobs that fail for good stay in the failed set, which is the dead-letter queue. Job ids do not make jobs unique:
 * BullMQ forgets an id together with its job. That a usage is recorded once is the business of the database.
 */
export const JOB_OPTIONS: DefaultJobOptions = {
  attempts: ATTEMPTS_MAX,
  backoff: { type: 'doubled up to a limit' },
  removeOnComplete: true,
  removeOnFail: false,
};

/** BullMQ keeps its own tables, and migrates them itself, beside those of the service. */
const QUEUE_SCHEMA = 'usage_log_queue';
const CONNECTIONS_MAX = 3;

/** BullMQ's own goes up to twenty seconds, for which a Redis that is back is left alone and a stop waits. */
const RECONNECT_MS = 1_000;

/**
 * Redis where it is set, otherwise the PostgreSQL that there is anyway.
 *
 * @param isStopping whether the process is asked to end. What it has asked of a Redis that is gone fails then, instead of
 *   waiting for its return and keeping the process from ending: jobs that were taken are done again, by whoever is there.
 */
export function queueConnection(
  { redisUrl, databaseUrl }: Infrastructure,
  isStopping: () => boolean = () => false,
): QueueOptions['connection'] {
  if (redisUrl) {
    return { url: redisUrl, retryStrategy: () => (isStopping() ? null : RECONNECT_MS) };
  }
  const postgres: PostgresConfig = {
    connectionString: databaseUrl,
    schema: QUEUE_SCHEMA,
    migrate: true,
    max: CONNECTIONS_MAX,
    application_name: 'code-router usage queue',
    ...connectionSettings(databaseUrl),
  };
  // Nest's module is typed for Redis only; it passes the connection on as it is, to the factory below.
  return postgres as QueueOptions['connection'];
}

/**
 * Opens the store that a connection names. Nest's module builds queues and workers without naming a backend, so this is
 * made BullMQ's default; since it goes by the connection alone, queues on Redis and on PostgreSQL may live side by side.
 */
export const createBackendOfConnection: BackendFactory<IQueueBackend> = (name, options, roles) => {
  const { connection } = options;
  return isPostgres(connection)
    ? createPostgresBackend(name, { ...options, connection }, roles)
    : createRedisBackend(name, options, roles);
};

type PostgresConfig = PostgresPoolConfig & { readonly connectionString: string };

function isPostgres(connection: object): connection is PostgresConfig {
  return 'connectionString' in connection;
}
