import { DatabaseSync } from 'node:sqlite';
import type { UsageEvent } from '@code-router/contracts';

export interface AccountSpend {
  readonly accountId: string;
  readonly requests: bigint;
  readonly amountNanos: bigint;
}

/** What each account has spent, in a file. An event counts once, however often it is added. */
export class SpendBook {
  private readonly database: DatabaseSync;

  constructor(file: string) {
    this.database = new DatabaseSync(file);
    this.database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS seen_events (id TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS requests (
        reservation_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL,
        amount_nanos INTEGER NOT NULL,
        orphaned INTEGER NOT NULL
      ) WITHOUT ROWID;
    `);
  }

  /**
   * Adds all in one transaction with the ids by which they are known again, so that neither is ever kept alone.
   *
   * @returns how many are new.
   */
  add(events: readonly UsageEvent[]): number {
    let added = 0;
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const event of events) if (this.addOne(event)) added += 1;
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
    return added;
  }

  spend(): readonly AccountSpend[] {
    const statement = this.database.prepare(`
      SELECT account_id AS accountId, count(*) AS requests, sum(amount_nanos) AS amountNanos
        FROM requests GROUP BY account_id ORDER BY account_id`);
    statement.setReadBigInts(true);
    return statement.all() as unknown as AccountSpend[];
  }

  close(): void {
    this.database.close();
  }

  private addOne({ id, data }: UsageEvent): boolean {
    const { changes } = this.database.prepare('INSERT OR IGNORE INTO seen_events VALUES (?)').run(id);
    if (Number(changes) === 0) return false;
    // An orphan is what is known of a request whose gateway went away. Its settlement may still come, before or after it,
    // and is what is charged in the end.
    this.database
      .prepare(
        `INSERT INTO requests VALUES (?, ?, ?, ?)
         ON CONFLICT (reservation_id) DO UPDATE SET amount_nanos = excluded.amount_nanos, orphaned = excluded.orphaned
         WHERE requests.orphaned AND NOT excluded.orphaned`,
      )
      .run(data.reservationId, data.accountId, BigInt(data.amountNanos), data.outcome === 'orphaned' ? 1 : 0);
    return true;
  }
}
