import pg from 'pg';
import { Logger } from '@nestjs/common';
import { connectionSettings } from '@code-router/postgres';
import { POSTGRES_LOG_DAYS_DEFAULT } from './postgres-event-log.js';
import { UsageEventHistory, type HistoryStart, type StoredEvent } from './usage-event-history.js';

const DAY_MS = 86_400_000;

/** Writers take turns, so that everything up to it is committed. */
const LAST_POSITION = 'SELECT coalesce(max(seq), 0) AS position FROM messaging.usage_events';

/** By the order of the log, which within one time differs from that of the time. */
const POSITION_BEFORE_TIME = `
  SELECT coalesce(min(seq) - 1, 9223372036854775807) AS position
    FROM messaging.usage_events WHERE published_at >= $1`;

const READ_STORED = `
  SELECT seq, published_at, body FROM messaging.usage_events WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`;

export class PostgresEventHistory extends UsageEventHistory {
  private readonly pool: pg.Pool;

  /** @param days how long events are kept. */
  constructor(
    databaseUrl: string,
    private readonly days = POSTGRES_LOG_DAYS_DEFAULT,
  ) {
    super();
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 2,
      application_name: 'code-router event history',
      ...connectionSettings(databaseUrl),
    });
    this.pool.on('error', (error) => new Logger(PostgresEventHistory.name).warn(error.message));
  }

  override async *read(start: HistoryStart, batchMax: number): AsyncGenerator<readonly StoredEvent[]> {
    const last = await this.position(LAST_POSITION, []);
    let after =
      'afterPosition' in start
        ? BigInt(start.afterPosition)
        : await this.position(POSITION_BEFORE_TIME, [start.publishedSince]);
    for (;;) {
      const { rows } = await this.pool.query<StoredRow>(READ_STORED, [after, last, batchMax]);
      const final = rows.at(-1);
      if (!final) return;
      yield rows.map((row) => ({ position: Number(row.seq), publishedAt: row.published_at, event: read(row.body) }));
      after = BigInt(final.seq);
    }
  }

  override async keepsSince(): Promise<Date> {
    return new Date(Date.now() - this.days * DAY_MS);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async position(sql: string, parameters: readonly unknown[]): Promise<bigint> {
    const { rows } = await this.pool.query<{ position: string }>(sql, [...parameters]);
    return BigInt(rows[0]?.position ?? 0);
  }
}

interface StoredRow {
  readonly seq: string;
  readonly published_at: Date;
  readonly body: string;
}

function read(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
