import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { Batcher, Pace } from '@code-router/batching';
import type { ReadingPosition, UsageEvent } from '@code-router/contracts';
import {
  ADVANCE_CONSUMER,
  CREATE_EVENT_LOG,
  DELETE_EXPIRED,
  FIND_POSITIONS,
  FIND_READING,
  FORGET_CONSUMER,
  INSERT_EVENTS,
  LOCK_CONSUMER,
  LOCK_SCHEMA,
  LOCK_WRITERS,
  READ_EVENTS,
  REGISTER_CONSUMER,
} from './postgres-event-log.sql.js';
import {
  retryDelayMs,
  UsageEventLog,
  type ConsumeOptions,
  type EventSubscription,
  type HandleEvents,
  type LogPosition,
  type SerializedEvent,
} from './usage-event-log.js';

const PUBLISH_BATCH_MAX = 512;
/** A settlement is not waited for by anybody, and a commit costs the same for one as for many. */
const PUBLISH_GATHER_MS = 5;
/** Consumers hear of new events in this process at once, and of those of another process when they look. */
const POLL_INTERVAL_MS = 1_000;
const RETENTION_DAYS = 30;
const RETENTION_INTERVAL_MS = 3_600_000;

/** The usage events in a table of PostgreSQL: as durable as the ledger that they end in, with no broker to run. */
export class PostgresEventLog extends UsageEventLog {
  private readonly pool: pg.Pool;
  private readonly arrivals = new EventEmitter();
  private readonly publishing = new Batcher<SerializedEvent, LogPosition>((events) => this.insert(events), {
    batchMax: PUBLISH_BATCH_MAX,
    gatherMs: PUBLISH_GATHER_MS,
  });
  private readonly subscriptions: PostgresSubscription[] = [];
  private retention: NodeJS.Timeout | undefined;

  constructor(databaseUrl: string) {
    super();
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 4, application_name: 'code-router event log' });
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    this.pool.on('error', (error) => new Logger(PostgresEventLog.name).warn(error.message));
  }

  async open(): Promise<void> {
    await this.inTransaction(async (client) => {
      await client.query(LOCK_SCHEMA);
      await client.query(CREATE_EVENT_LOG);
    });
    this.retention = setInterval(() => void this.deleteExpired(), RETENTION_INTERVAL_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.retention);
    await this.publishing.drained();
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.pool.end();
  }

  override publishSerialized(event: SerializedEvent): Promise<LogPosition> {
    return this.publishing.add(event);
  }

  override async consume(options: ConsumeOptions, handle: HandleEvents): Promise<EventSubscription> {
    await this.pool.query(REGISTER_CONSUMER, [options.consumer, options.since ?? null]);
    const handleNext = (started: () => void): Promise<boolean> => this.handleNext(options, handle, started);
    const subscription = new PostgresSubscription(handleNext, this.arrivals, options);
    this.subscriptions.push(subscription);
    return subscription;
  }

  override async forget(consumer: string): Promise<void> {
    await this.pool.query(FORGET_CONSUMER, [consumer]);
  }

  override async readingOf(consumer: string): Promise<ReadingPosition | undefined> {
    const { rows } = await this.pool.query<{ handled: string; last: string }>(FIND_READING, [consumer]);
    return rows[0] && { handled: Number(rows[0].handled), last: Number(rows[0].last) };
  }

  private async insert(events: readonly SerializedEvent[]): Promise<LogPosition[]> {
    const ids = events.map(({ messageId }) => messageId);
    const bodies = events.map(({ body }) => Buffer.from(body).toString('utf8'));
    const rows = await this.inTransaction(async (client) => {
      await client.query(LOCK_WRITERS);
      await client.query(INSERT_EVENTS, [ids, bodies]);
      return (await client.query<{ id: string; seq: string }>(FIND_POSITIONS, [ids])).rows;
    });
    this.arrivals.emit('arrived');
    const positions = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
    return ids.map((id) => positions.get(id) ?? 0);
  }

  /**
   * Hands the next batch over, if there is one, while the consumer's row is locked. Resolves to whether there may be
   * more.
   */
  private async handleNext(
    { consumer, batchMax }: ConsumeOptions,
    handle: HandleEvents,
    started: () => void,
  ): Promise<boolean> {
    return this.inTransaction(async (client) => {
      const [position] = (await client.query<{ acked_seq: string }>(LOCK_CONSUMER, [consumer])).rows;
      if (!position) return false;
      const { rows } = await client.query<{ seq: string; body: string }>(READ_EVENTS, [position.acked_seq, batchMax]);
      const last = rows.at(-1);
      if (!last) return false;
      started();
      await handle(rows.map((row) => JSON.parse(row.body) as UsageEvent));
      await client.query(ADVANCE_CONSUMER, [consumer, last.seq]);
      return rows.length === batchMax;
    });
  }

  private async deleteExpired(): Promise<void> {
    try {
      await this.pool.query(DELETE_EXPIRED, [RETENTION_DAYS]);
    } catch (error) {
      new Logger(PostgresEventLog.name).warn('Expired usage events could not be removed.', { err: error });
    }
  }

  private async inTransaction<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        // A connection that cannot even roll back must not go back to the pool.
        failure = rollbackError;
      });
      throw error;
    } finally {
      client.release(failure);
    }
  }
}

/** Reads whenever something arrived, and from time to time in case another process wrote. */
class PostgresSubscription implements EventSubscription {
  private readonly logger = new Logger(PostgresEventLog.name);
  private readonly abort = new AbortController();
  private readonly running: Promise<void>;
  private readonly pace: Pace;
  private failures = 0;
  private pending = true;

  constructor(
    private readonly handleNext: (started: () => void) => Promise<boolean>,
    private readonly arrivals: EventEmitter,
    private readonly options: ConsumeOptions,
  ) {
    this.pace = new Pace(options.gatherMs ?? 0);
    this.arrivals.on('arrived', this.noteArrival);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    this.pace.stop();
    this.arrivals.off('arrived', this.noteArrival);
    await this.running;
  }

  private readonly noteArrival = (): void => {
    this.pending = true;
  };

  private async run(): Promise<void> {
    let more = false;
    for (;;) {
      if (!more) await this.pace.wait();
      if (this.abort.signal.aborted) return;
      this.pending = false;
      try {
        more = await this.handleNext(() => this.pace.started());
        this.failures = 0;
        if (!more && !this.pending) await this.untilArrival(POLL_INTERVAL_MS);
      } catch (error) {
        more = false;
        this.failures += 1;
        this.logger.error(error, { consumer: this.options.consumer, failures: this.failures });
        // New arrivals must not shorten the back-off.
        await sleep(retryDelayMs(this.failures), undefined, { signal: this.abort.signal }).catch(() => undefined);
      }
    }
  }

  private async untilArrival(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.any([this.abort.signal, AbortSignal.timeout(timeoutMs)]);
    await once(this.arrivals, 'arrived', { signal }).catch(() => undefined);
  }
}
