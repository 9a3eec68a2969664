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
import { keptEvents, type KeptEvents } from '../domain/kept-events.js';
import { unpackEvents, type PackedEvents } from './packed-events.js';

/** The queue between the consumer of the event log and the workers that record. */
export const USAGE_QUEUE = 'usage';

/** What a job carries: a batch of events, or one that is by itself because it could not be recorded. */
export type UsageJob =
  | { readonly packed: PackedEvents; readonly count: number }
  /** So that a dead letter can be read and repaired. Batches of former versions came like this too. */
  | { readonly events: readonly unknown[] };

export function eventsOf(job: UsageJob): KeptEvents {
  return 'packed' in job ? unpackEvents(job.packed, job.count) : keptEvents(job.events);
}

/** A job is tried ten times over about eight minutes: longer than a database takes to fail over. */
const ATTEMPTS_MAX = 10;
const FIRST_RETRY_MS = 1_000;

/**
 * Jobs that fail for good stay in the failed set, which is the dead-letter queue. Job ids do not make jobs unique:
 * BullMQ forgets an id together with its job. That a usage is recorded once is the business of the database.
 */
export const JOB_OPTIONS: DefaultJobOptions = {
  attempts: ATTEMPTS_MAX,
  backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
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
