import type pg from 'pg';
import { COUNT_DEAD_LETTERS, LIST_DEAD_LETTERS, LOCK_WRITERS, REPLAY_DEAD_LETTERS } from './postgres-event-log.sql.js';
import { eventFrom, UsageDeadLetters, type DeadLetter } from './usage-dead-letters.js';

interface LetterRow extends Omit<DeadLetter, 'failedAt' | 'event'> {
  readonly failedAt: Date;
  readonly body: string;
}

/** What the log of events can do. */
export interface Publishing {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
  /** Writes in one transaction, and wakes the consumers. */
  publish<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result>;
}

/** Dead letters in a table beside the log of usage events. */
export class PostgresDeadLetters extends UsageDeadLetters {
  constructor(private readonly log: Publishing) {
    super();
  }

  override async count(): Promise<number> {
    const { rows } = await this.log.query<{ count: number }>(COUNT_DEAD_LETTERS);
    return rows[0]?.count ?? 0;
  }

  override async list(limit: number, before?: string): Promise<readonly DeadLetter[]> {
    const { rows } = await this.log.query<LetterRow>(LIST_DEAD_LETTERS, [limit, before ?? null]);
    return rows.map(({ body, failedAt, ...letter }) => ({
      ...letter,
      failedAt: failedAt.toISOString(),
      event: eventFrom(body),
    }));
  }

  override replay(ids?: readonly string[]): Promise<number> {
    return this.log.publish(async (client) => {
      await client.query(LOCK_WRITERS);
      const { rows } = await client.query<{ count: number }>(REPLAY_DEAD_LETTERS, [ids ?? null]);
      return rows[0]?.count ?? 0;
    });
  }
}
