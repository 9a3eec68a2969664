import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PRICE_NANOS } from '../load/chat-request.js';
import { GRANTED_NANOS } from './billing.js';
import type { Books, BooksSummary } from './target.js';

const SETTLE_MS_MAX = 180_000;
const POLL_MS = 50;

/** One row of each table, so that asking often costs the server nothing. */
const PROGRESS = `
  SELECT account.balance_nanos, account.held_nanos, usage.requests, usage.amount_nanos
  FROM quota.accounts account, (
    SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(amount_nanos), 0) AS amount_nanos
    FROM usage_log.usage_daily WHERE account_id = $1::text
  ) usage
  WHERE account.id = $1::uuid
`;

const LEDGER = `
  SELECT
    (SELECT count(*) FROM quota.ledger_entries WHERE account_id = $1::uuid AND kind = 'charge') AS charges,
    (SELECT coalesce(-sum(amount_nanos), 0) FROM quota.ledger_entries
      WHERE account_id = $1::uuid AND kind = 'charge') AS charged_nanos,
    (SELECT spent_nanos FROM quota.keys WHERE account_id = $1::uuid) AS spent_nanos,
    (SELECT count(*) FROM usage_log.usage_records
      WHERE account_id = $1::text AND outcome = 'settled' AND amount_nanos = $2) AS usage_records
`;

/** Compares what clients were answered with what the account was charged. A benchmark that loses money is none. */
export class CodeRouterBooks implements Books {
  private requests = 0;

  static async open(databaseUrl: string, accountId: string): Promise<CodeRouterBooks> {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'code-router bench' });
    await client.connect();
    return new CodeRouterBooks(client, accountId);
  }

  private constructor(
    private readonly client: pg.Client,
    private readonly accountId: string,
  ) {}

  expect(requests: number): void {
    this.requests += requests;
  }

  async settled(): Promise<number> {
    const startedAt = performance.now();
    const expectedNanos = BigInt(this.requests) * PRICE_NANOS;
    for (;;) {
      const progress = await this.row(PROGRESS, [this.accountId]);
      const chargedNanos = GRANTED_NANOS - progress('balance_nanos');
      const recordedNanos = progress('amount_nanos');
      const waitedMs = performance.now() - startedAt;
      if (chargedNanos === expectedNanos && recordedNanos === expectedNanos && progress('held_nanos') === 0n) {
        return waitedMs;
      }
      if (waitedMs > SETTLE_MS_MAX) {
        throw new Error(
          `The books did not settle: ${this.requests} requests cost ${expectedNanos} nanos; ${chargedNanos} are charged, ` +
            `${recordedNanos} recorded for ${progress('requests')} requests, ${progress('held_nanos')} held.`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  async verify(): Promise<BooksSummary> {
    const ledger = await this.row(LEDGER, [this.accountId, PRICE_NANOS.toString()]);
    const summary = {
      requests: this.requests,
      charges: Number(ledger('charges')),
      usageRecords: Number(ledger('usage_records')),
      chargedNanos: ledger('charged_nanos'),
    };
    const expectedNanos = BigInt(this.requests) * PRICE_NANOS;
    const balanced =
      summary.charges === this.requests &&
      summary.usageRecords === this.requests &&
      summary.chargedNanos === expectedNanos &&
      ledger('spent_nanos') === expectedNanos;
    if (balanced) return summary;
    throw new Error(
      `The books are wrong: ${this.requests} requests cost ${expectedNanos} nanos; the ledger has ${summary.charges} ` +
        `charges of ${summary.chargedNanos}, the key has spent ${ledger('spent_nanos')}, ` +
        `and ${summary.usageRecords} usage records have the right amount.`,
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Reads a column as the integer that it is. */
  private async row(sql: string, parameters: readonly string[]): Promise<(column: string) => bigint> {
    const { rows } = await this.client.query<Record<string, string>>(sql, [...parameters]);
    return (column) => BigInt(rows[0]?.[column] ?? -1);
  }
}
