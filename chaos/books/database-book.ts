import pg from 'pg';

/** A reservation, and what the ledger charged for it. */
export interface ReservationEntry {
  readonly id: string;
  readonly requestId: string;
  readonly status: 'pending' | 'posted' | 'voided' | 'expired';
  /** What is charged at the last checkpoint when nothing more is heard of it; null when there was none. */
  readonly checkpointNanos: bigint | null;
  /** A settlement came after it had expired. */
  readonly isSettledLate: boolean;
  /** Past its lease by more than a sweep takes. */
  readonly isOverdue: boolean;
}

/** What the ledger charged for a reservation in all, corrections included. */
export interface ChargeEntry {
  readonly reservationId: string;
  /** Entries of the kind `charge`. */
  readonly charges: number;
  readonly netNanos: bigint;
}

export interface RecordEntry {
  readonly reservationId: string;
  readonly requestId: string;
  readonly outcome: 'settled' | 'released' | 'orphaned';
  readonly amountNanos: bigint;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly isEstimated: boolean;
}

export interface AccountEntry {
  readonly accountId: string;
  readonly balanceNanos: bigint;
  readonly heldNanos: bigint;
  readonly ledgerNanos: bigint;
  readonly recordedNanos: bigint;
  readonly hourlyNanos: bigint;
  readonly dailyNanos: bigint;
  /** Charges and their corrections, with the opposite sign: what was used. */
  readonly chargedNanos: bigint;
}

/** What the database holds: the second of the three books. */
export interface DatabaseBook {
  readonly reservations: readonly ReservationEntry[];
  readonly charges: readonly ChargeEntry[];
  readonly records: readonly RecordEntry[];
  readonly accounts: readonly AccountEntry[];
}

/** A sweep comes every two seconds, on a machine that may be busy. */
const OVERDUE_AFTER = '15 seconds';

const RESERVATIONS = `
  SELECT id, request_id, status, checkpoint_nanos, settled_at IS NOT NULL AS settled_late,
         status = 'pending' AND lease_expires_at < now() - interval '${OVERDUE_AFTER}' AS overdue
  FROM quota.reservations`;

const CHARGES = `
  SELECT reference, count(*) FILTER (WHERE kind = 'charge') AS charges, -sum(amount_nanos) AS net_nanos
  FROM quota.ledger_entries WHERE kind IN ('charge', 'charge_correction') GROUP BY reference`;

const RECORDS = `
  SELECT id, request_id, outcome, amount_nanos, input_tokens, output_tokens, estimated FROM usage_log.usage_records`;

const ACCOUNTS = `
  SELECT account.id, account.balance_nanos, account.held_nanos,
    (SELECT coalesce(sum(amount_nanos), 0) FROM quota.ledger_entries WHERE account_id = account.id) AS ledger_nanos,
    (SELECT coalesce(-sum(amount_nanos), 0) FROM quota.ledger_entries
      WHERE account_id = account.id AND kind IN ('charge', 'charge_correction')) AS charged_nanos,
    (SELECT coalesce(sum(amount_nanos), 0) FROM usage_log.usage_records
      WHERE account_id = account.id::text) AS recorded_nanos,
    (SELECT coalesce(sum(amount_nanos), 0) FROM usage_log.usage_hourly
      WHERE account_id = account.id::text) AS hourly_nanos,
    (SELECT coalesce(sum(amount_nanos), 0) FROM usage_log.usage_daily
      WHERE account_id = account.id::text) AS daily_nanos
  FROM quota.accounts AS account`;

/** Which of these requests are in the ledger and in the log, or in the log as what was not charged. */
const BOOKED = `
  SELECT request_id FROM usage_log.usage_records AS record
  WHERE request_id = ANY ($1)
    AND (outcome <> 'settled' OR amount_nanos = 0
      OR EXISTS (SELECT FROM quota.ledger_entries WHERE kind = 'charge' AND reference = record.id::text))`;

type Row = Readonly<Record<string, string | boolean | null>>;

/** @throws Error while the database cannot be read. */
export async function readDatabase(url: string): Promise<DatabaseBook> {
  const client = await connectTo(url);
  try {
    // All at one moment: what is booked meanwhile is in all of it or in none.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const rows = async (sql: string): Promise<readonly Row[]> => (await client.query<Row>(sql)).rows;
    return {
      reservations: (await rows(RESERVATIONS)).map((row) => ({
        id: text(row['id']),
        requestId: text(row['request_id']),
        status: text(row['status']) as ReservationEntry['status'],
        checkpointNanos: row['checkpoint_nanos'] === null ? null : whole(row['checkpoint_nanos']),
        isSettledLate: row['settled_late'] === true,
        isOverdue: row['overdue'] === true,
      })),
      charges: (await rows(CHARGES)).map((row) => ({
        reservationId: text(row['reference']),
        charges: Number(row['charges']),
        netNanos: whole(row['net_nanos']),
      })),
      records: (await rows(RECORDS)).map((row) => ({
        reservationId: text(row['id']),
        requestId: text(row['request_id']),
        outcome: text(row['outcome']) as RecordEntry['outcome'],
        amountNanos: whole(row['amount_nanos']),
        inputTokens: Number(row['input_tokens']),
        outputTokens: Number(row['output_tokens']),
        isEstimated: row['estimated'] === true,
      })),
      accounts: (await rows(ACCOUNTS)).map((row) => ({
        accountId: text(row['id']),
        balanceNanos: whole(row['balance_nanos']),
        heldNanos: whole(row['held_nanos']),
        ledgerNanos: whole(row['ledger_nanos']),
        chargedNanos: whole(row['charged_nanos']),
        recordedNanos: whole(row['recorded_nanos']),
        hourlyNanos: whole(row['hourly_nanos']),
        dailyNanos: whole(row['daily_nanos']),
      })),
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @returns those of the requests that are in ledger and log. @throws Error while the database cannot be read. */
export async function bookedOf(url: string, requestIds: readonly string[]): Promise<ReadonlySet<string>> {
  const client = await connectTo(url);
  try {
    const { rows } = await client.query<{ request_id: string }>(BOOKED, [requestIds]);
    return new Set(rows.map((row) => row.request_id));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Runs statements as somebody who may do everything: to spoil the books on purpose. */
export async function tamper(url: string, sql: string): Promise<number> {
  const client = await connectTo(url);
  try {
    // The ledger's own triggers would refuse.
    await client.query("SET session_replication_role = 'replica'");
    return (await client.query(sql)).rowCount ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 60_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function text(value: string | boolean | null | undefined): string {
  return String(value ?? '');
}

function whole(value: string | boolean | null | undefined): bigint {
  return BigInt(text(value));
}
