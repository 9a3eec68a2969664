import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { Batcher } from '@code-router/batching';
import type { ReadingPosition } from '@code-router/contracts';
import { connectionSettings } from '@code-router/postgres';
import type { EventForm } from './event-forms.js';
import { EventHandling, type Handling } from './event-handling.js';
import {
  ADD_DEAD_LETTERS,
  ADD_RETRIES,
  ADVANCE_CONSUMER,
  APPEND_EVENTS,
  CREATE_EVENT_LOG,
  DELETE_EXPIRED,
  DELETE_EXPIRED_DEAD_LETTERS,
  DELETE_RETRIES,
  FIND_READING,
  FORGET_CONSUMER,
  LIST_LAGS,
  LOCK_CONSUMER,
  LOCK_SCHEMA,
  LOG_STATE,
  READ_EVENTS,
  READ_RETRIES,
  REGISTER_CONSUMER,
} from './postgres-event-log.sql.js';
import { PostgresDeadLetters } from './postgres-dead-letters.js';
import { PostgresSubscription } from './postgres-subscription.js';
import type { UsageDeadLetters } from './usage-dead-letters.js';
import {
  RETRY_MS_MAX_DEFAULT,
  retryDelayMs,
  UsageEventLog,
  type ConsumeOptions,
  type ConsumerLag,
  type EventSubscription,
  type HandleBatch,
  type LogPosition,
  type LogState,
  type SerializedEvent,
} from './usage-event-log.js';

export interface PostgresLogSettings {
  /** How long events are kept; 30 when absent. What a consumer has still to read is kept longer. */
  readonly days?: number | undefined;
  /** How long events are kept that a consumer could not handle; for ever when absent. */
  readonly deadDays?: number | undefined;
  /** The longest that events wait which a consumer failed on; 30,000 when absent. */
  readonly retryMsMax?: number | undefined;
}

const PUBLISH_BATCH_MAX = 512;
/** A settlement is not waited for by anybody, and a commit costs the same for one as for many. */
const PUBLISH_GATHER_MS = 5;
/** A batch is handed over within a transaction, in which nothing is asked meanwhile. */
const HANDLING_MAX = '120s';
/** How long the log keeps events unless a setting says otherwise, in days. */
export const POSTGRES_LOG_DAYS_DEFAULT = 30;
const RETENTION_INTERVAL_MS = 3_600_000;

/** The usage events in a table of PostgreSQL: as durable as the ledger that they end in, with no broker to run. */
export class PostgresEventLog extends UsageEventLog {
  readonly deadLetters: UsageDeadLetters = new PostgresDeadLetters({
    query: (text, values) => this.pool.query(text, values),
    publish: async (work) => {
      const result = await this.inTransaction(work);
      this.arrivals.emit('arrived');
      return result;
    },
  });
  private readonly pool: pg.Pool;
  private readonly arrivals = new EventEmitter();
  private readonly publishing = new Batcher<SerializedEvent, LogPosition>((events) => this.insert(events), {
    batchMax: PUBLISH_BATCH_MAX,
    gatherMs: PUBLISH_GATHER_MS,
  });
  private readonly logger = new Logger(PostgresEventLog.name);
  private readonly subscriptions: PostgresSubscription[] = [];
  private retention: NodeJS.Timeout | undefined;

  private readonly retryMsMax: number;

  constructor(
    databaseUrl: string,
    private readonly settings: PostgresLogSettings = {},
  ) {
    super();
    this.retryMsMax = settings.retryMsMax ?? RETRY_MS_MAX_DEFAULT;
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 4,
      application_name: 'code-router event log',
      ...connectionSettings(databaseUrl, { sessionSettings: { idle_in_transaction_session_timeout: HANDLING_MAX } }),
    });
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

  protected override async consumeAs<Event>(
    form: EventForm<Event>,
    options: ConsumeOptions,
    handle: HandleBatch<Event>,
  ): Promise<EventSubscription> {
    await this.pool.query(REGISTER_CONSUMER, [options.consumer, options.since ?? null]);
    this.consumersHere.add(options.consumer);
    const handling = new EventHandling(handle, form);
    const subscription = new PostgresSubscription(
      {
        handleNext: (started) => this.handleNext(options, handling, started),
        retryDue: () => this.retryDue(options, handling),
      },
      this.arrivals,
      options,
      this.retryMsMax,
    );
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

  override async lags(): Promise<readonly ConsumerLag[]> {
    const { rows } = await this.pool.query<{
      name: string;
      pending: number;
      redelivered: number;
      lagMs: string | null;
    }>(LIST_LAGS);
    return rows.map(({ lagMs, ...lag }) => ({ ...lag, ackPending: lag.redelivered, lagMs: Number(lagMs ?? 0) }));
  }

  override async state(): Promise<LogState> {
    const { rows } = await this.pool.query<Record<'messages' | 'first' | 'last' | 'bytes', string>>(LOG_STATE);
    const { messages = '0', first = '0', last = '0', bytes = '0' } = rows[0] ?? {};
    return {
      messages: Number(messages),
      bytes: Number(bytes),
      firstSequence: Number(first),
      lastSequence: Number(last),
    };
  }

  private async insert(events: readonly SerializedEvent[]): Promise<LogPosition[]> {
    const ids = events.map(({ messageId }) => messageId);
    const bodies = events.map(({ body }) => Buffer.from(body).toString('utf8'));
    const { rows } = await this.pool.query<{ id: string; seq: string }>(
      prepared('append', APPEND_EVENTS, [ids, bodies]),
    );
    this.arrivals.emit('arrived');
    const positions = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
    return ids.map((id) => positions.get(id) ?? 0);
  }

  /**
   * Hands the next batch over, if there is one, while the consumer's row is locked. Resolves to whether there may be
   * more.
   */
  private async handleNext<Event>(
    { consumer, batchMax }: ConsumeOptions,
    handling: EventHandling<Event>,
    started: () => void,
  ): Promise<boolean> {
    return this.inTransaction(async (client) => {
      const lock = prepared('lock', LOCK_CONSUMER, [consumer]);
      const [position] = (await client.query<{ acked_seq: string }>(lock)).rows;
      if (!position) return false;
      const read = prepared('read', READ_EVENTS, [position.acked_seq, batchMax]);
      const { rows } = await client.query<Omit<LoggedEvent, 'failures'>>(read);
      const last = rows.at(-1);
      if (!last) return false;
      started();
      await this.settle(
        client,
        consumer,
        handling,
        rows.map((row) => ({ ...row, failures: 0 })),
      );
      await client.query(prepared('advance', ADVANCE_CONSUMER, [consumer, last.seq]));
      return rows.length === batchMax;
    });
  }

  /** Hands over again what failed while others were handled, when its time has come. */
  private async retryDue<Event>({ consumer, batchMax }: ConsumeOptions, handling: EventHandling<Event>): Promise<void> {
    await this.inTransaction(async (client) => {
      const [position] = (await client.query<{ acked_seq: string }>(LOCK_CONSUMER, [consumer])).rows;
      if (!position) return;
      const { rows } = await client.query<LoggedEvent>(READ_RETRIES, [consumer, batchMax]);
      if (rows.length > 0) await this.settle(client, consumer, handling, rows);
    });
  }

  /**
   * Hands events over, and writes down what did not become of them. Throws when none was handled, because then it is the
   * consumer that cannot, and events that were not tried before stay where they are.
   */
  private async settle<Event>(
    client: pg.PoolClient,
    consumer: string,
    handling: EventHandling<Event>,
    logged: readonly LoggedEvent[],
  ): Promise<void> {
    const read = logged.map((event) => ({ event, read: readAs(handling.form, event) }));
    const handlings = await handling.run(read.flatMap((one) => one.read ?? []));
    const outcomes = read.map((one) => ({
      event: one.event,
      handling: one.read ? handlings.get(one.read[0]) : NOT_JSON,
    }));
    const failed = outcomes.flatMap((outcome) => (outcome.handling?.kind === 'failed' ? [outcome] : []));
    const dead = outcomes.flatMap((outcome) => (outcome.handling?.kind === 'dead' ? [outcome] : []));
    const isNew = logged.every(({ failures }) => failures === 0);
    if (isNew && failed.length === logged.length) throw firstError(failed);
    if (!isNew) await client.query(DELETE_RETRIES, [consumer, logged.map(({ seq }) => seq)]);
    if (failed.length > 0) {
      this.logger.error(firstError(failed), { consumer, events: failed.length });
      const failures = failed.map(({ event }) => event.failures + 1);
      await client.query(ADD_RETRIES, [
        consumer,
        failed.map(({ event }) => event.seq),
        failed.map(({ event }) => event.id),
        failed.map(({ event }) => event.body),
        failures,
        failures.map((count) => retryDelayMs(count, this.retryMsMax)),
      ]);
    }
    if (dead.length === 0) return;
    const reasons = dead.map((outcome) => (outcome.handling?.kind === 'dead' ? outcome.handling.reason : ''));
    await client.query(ADD_DEAD_LETTERS, [
      consumer,
      dead.map(({ event }) => event.id),
      dead.map(({ event }) => event.body),
      reasons,
    ]);
    dead.forEach(({ event }, index) =>
      this.logger.error(`An event cannot be handled and is laid aside: ${reasons[index]}`, { consumer, id: event.id }),
    );
  }

  /** Removes what has been kept for long enough. */
  async deleteExpired(): Promise<void> {
    const { days = POSTGRES_LOG_DAYS_DEFAULT, deadDays } = this.settings;
    try {
      await this.pool.query(DELETE_EXPIRED, [days]);
      if (deadDays !== undefined) await this.pool.query(DELETE_EXPIRED_DEAD_LETTERS, [deadDays]);
    } catch (error) {
      new Logger(PostgresEventLog.name).warn('Expired usage events could not be removed.', { err: error });
    }
  }

  private async inTransaction<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    // A connection that ends while nothing is asked on it says so here alone; unheard, it would end the process.
    const noteFailure = (error: Error): void => {
      failure = error;
    };
    client.on('error', noteFailure);
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
      client.off('error', noteFailure);
      client.release(failure);
    }
  }
}

/** A statement that is run for every batch: each connection parses and plans it once, and knows it by its name. */
function prepared(name: string, text: string, values: unknown[]): pg.QueryConfig {
  return { name, text, values };
}

/** An event in the log, and how often it failed alone. */
interface LoggedEvent {
  readonly seq: string;
  readonly id: string;
  readonly body: string;
  readonly failures: number;
}

const NOT_JSON: Handling = { kind: 'dead', reason: 'it is not JSON' };

/** Undefined when the event cannot be read, and then never will be. */
function readAs<Event>(form: EventForm<Event>, { body }: LoggedEvent): readonly [Event] | undefined {
  try {
    return [form.fromText(body)];
  } catch {
    return undefined;
  }
}

function firstError(failed: readonly { readonly handling: Handling | undefined }[]): unknown {
  const [first] = failed;
  return first?.handling?.kind === 'failed' ? first.handling.error : new Error('a batch was not handled');
}
