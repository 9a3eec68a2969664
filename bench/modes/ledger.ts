import { Client } from 'pg';
import { QuotaMessages, type RequestContract } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';
import { cursorAt } from '../../apps/quota/src/domain/page.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { table } from '../report/table.js';
import { openOwners, startQuotaTarget, type Owner } from '../targets/quota-service.js';

const GOAL_MS = 10;
const ACCOUNTS = 1_000;
const READS = 1_000;
/** Until V8 has compiled what answers, and connections of the pool are open. */
const WARM_UP_READS = 100;
const DAYS = 365;

/**
 * Fills the ledger in rounds: in each, every account is charged once, and the first one as often as all the others
 * together, so that it ends with half of the entries. Ids and times rise together, as postings make them.
 */
const FILL = `
  INSERT INTO quota.ledger_entries
    (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, created_at)
  SELECT owner.account_id, owner.key_id, 'charge', 'revenue', uuidv7()::text, -100,
    $5::bigint - 100 * (CASE WHEN owner.place = 1 THEN (round - 1) * $3::bigint + turn ELSE round END),
    'req_' || round, now() - interval '${DAYS} days' + round * interval '${DAYS} days' / $4::bigint
  FROM generate_series($6::bigint, $7::bigint) AS round
  CROSS JOIN unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS owner(account_id, key_id, place)
  CROSS JOIN LATERAL generate_series(1, CASE WHEN owner.place = 1 THEN $3::bigint ELSE 1 END) AS turn
  ORDER BY round, owner.place, turn
`;

/** The balances and sums that the entries make; what opening the accounts granted came first. */
const BALANCE = `
  UPDATE quota.accounts AS account SET balance_nanos = last.balance_after_nanos
  FROM (
    SELECT wanted.id, (
      SELECT balance_after_nanos FROM quota.ledger_entries AS entry
      WHERE entry.account_id = wanted.id ORDER BY entry.id DESC LIMIT 1
    ) AS balance_after_nanos
    FROM unnest($1::uuid[]) AS wanted(id)
  ) AS last
  WHERE account.id = last.id
`;
const SPENDING = `
  UPDATE quota.keys AS key SET spent_nanos = $2::bigint - account.balance_nanos
  FROM quota.accounts AS account
  WHERE account.id = key.account_id AND account.id = ANY ($1::uuid[])
`;

/** Primary key and uniqueness are made after the filling, sorted, which costs a fraction of inserting into them. */
const KEYS_OF_LEDGER = `
  SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
  WHERE conrelid = 'quota.ledger_entries'::regclass AND contype IN ('p', 'u')
`;
const FILL_SETTINGS = "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'";

interface LedgerRow {
  readonly what: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What reading balances and statements costs when the ledger is long. */
export async function measureLedger({ entries }: { readonly entries: number }): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const target = await startQuotaTarget();
  resources.defer(() => target.stop());
  const { client } = target.transport;
  const owners = await openOwners(client, ACCOUNTS);
  const [big, ...small] = owners;
  if (!big) throw new Error('no account was opened');
  const filledAt = performance.now();
  const ids = await fill(target.databaseUrl, owners, entries);
  say(`${entries.toLocaleString('en')} entries written in ${Math.round((performance.now() - filledAt) / 1_000)} s`);

  const someOf = (index: number): Owner => (index % 2 === 0 ? big : (small[(index * 31) % small.length] as Owner));
  const rows = [
    await reads('balance', (index) => ask(client, QuotaMessages.getAccount, { id: someOf(index).accountId })),
    await reads('newest 50 entries', (index) =>
      ask(client, QuotaMessages.listLedger, { accountId: someOf(index).accountId, limit: 50 }),
    ),
    await reads('50 entries from anywhere on', (index) =>
      ask(client, QuotaMessages.listLedger, { ...listed(someOf(index), index, ids), limit: 50 }),
    ),
    await reads('statement of a month, 50 entries of it', (index) =>
      ask(client, QuotaMessages.statement, { accountId: someOf(index).accountId, ...monthAt(index), limit: 50 }),
    ),
    await reads('a later page of a statement', pageReader(client, big)),
    await reads('a page from anywhere in the statement of the year', (index) =>
      ask(client, QuotaMessages.statement, { ...stated(big, index, ids), limit: 200 }),
    ),
  ];
  const auditedAt = performance.now();
  const audit = await client.request(QuotaMessages.audit, {}, { timeoutMs: 600_000 });
  const auditSeconds = (performance.now() - auditedAt) / 1_000;
  const broken = Object.entries(audit).filter(
    // The entries were written without requests.
    ([check, count]) => count !== 0 && check !== 'reservationsWhoseChargeIsNotTheirLedger',
  );
  if (broken.length > 0) throw new Error(`The books are wrong: ${JSON.stringify(broken)}`);

  const text = table(
    ['read over NATS', 'p50 ms', 'p99 ms'],
    rows.map(({ what, p50Ms, p99Ms }) => [what, p50Ms.toFixed(2), p99Ms.toFixed(2)]),
  );
  say(`\n${machine.join('\n')}\n\n${text}\n\nThe audit of all of it takes ${auditSeconds.toFixed(1)} s.\n`);
  for (const { what, p50Ms } of rows)
    say(`${p50Ms < GOAL_MS ? 'reached' : 'MISSED'}: ${what} in less than ${GOAL_MS} ms`);
  say(`\n${writeResults('ledger', { machine, entries, rows, auditSeconds })}`);
}

/** The first and the last id of the entries. */
interface Ids {
  readonly first: number;
  readonly last: number;
}

async function fill(databaseUrl: string, owners: readonly Owner[], entries: number): Promise<Ids> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const accountIds = owners.map(({ accountId }) => accountId);
    const keyIds = owners.map(({ keyId }) => keyId);
    const turns = owners.length - 1;
    const rounds = Math.floor(entries / (2 * turns));
    const { rows } = await database.query<{ granted: string }>(
      'SELECT balance_nanos::text AS granted FROM quota.accounts WHERE id = $1',
      [accountIds[0]],
    );
    const granted = rows[0]?.granted ?? '0';
    const { rows: keys } = await database.query<{ name: string; definition: string }>(KEYS_OF_LEDGER);
    await database.query(FILL_SETTINGS);
    for (const { name } of keys) await database.query(`ALTER TABLE quota.ledger_entries DROP CONSTRAINT ${name}`);
    const step = Math.max(Math.floor(rounds / 20), 1);
    for (let first = 1; first <= rounds; first += step) {
      const last = Math.min(first + step - 1, rounds);
      await database.query(FILL, [accountIds, keyIds, turns, rounds, granted, first, last]);
    }
    for (const { name, definition } of keys)
      await database.query(`ALTER TABLE quota.ledger_entries ADD CONSTRAINT ${name} ${definition}`);
    await database.query(BALANCE, [accountIds]);
    await database.query(SPENDING, [accountIds, granted]);
    await database.query('VACUUM ANALYZE quota.ledger_entries');
    // Else what filling left to be written is written while reads are measured.
    await database.query('CHECKPOINT');
    const { rows: bounds } = await database.query<Ids>(
      'SELECT min(id)::float8 AS first, max(id)::float8 AS last FROM quota.ledger_entries',
    );
    return bounds[0] ?? { first: 1, last: 1 };
  } finally {
    await database.end();
  }
}

/** Reads the statement of the year of the account with half of the entries, page after page. */
function pageReader(client: ServiceClient, { accountId }: Owner): (index: number) => Promise<unknown> {
  const year = { from: daysAgo(DAYS), to: new Date().toISOString() };
  let cursor: string | undefined;
  return async () => {
    const at = cursor === undefined ? {} : { cursor };
    const page = await ask(client, QuotaMessages.statement, { accountId, ...year, limit: 200, ...at });
    cursor = page.nextCursor;
  };
}

async function reads(what: string, read: (index: number) => Promise<unknown>): Promise<LedgerRow> {
  const times: number[] = [];
  for (let index = 0; index < WARM_UP_READS; index += 1) await read(READS + index);
  for (let index = 0; index < READS; index += 1) {
    const startedAt = performance.now();
    await read(index);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return { what, p50Ms: times[Math.floor(READS * 0.5)] ?? 0, p99Ms: times[Math.floor(READS * 0.99)] ?? 0 };
}

function ask<Request, Reply>(
  client: ServiceClient,
  contract: RequestContract<Request, Reply>,
  request: Request,
): Promise<Reply> {
  return client.request(contract, request, { timeoutMs: 60_000 });
}

/** A page of a list, newest first, that begins anywhere: as the last of very many pages would. */
function listed({ accountId }: Owner, index: number, ids: Ids) {
  return { accountId, cursor: cursorAt('ledger', idAt(index, ids)) };
}

function stated({ accountId }: Owner, index: number, ids: Ids) {
  return {
    accountId,
    from: daysAgo(DAYS),
    to: new Date().toISOString(),
    cursor: cursorAt('statement', idAt(index, ids)),
  };
}

/** Places all over the ledger, in no order. */
function idAt(index: number, { first, last }: Ids): bigint {
  return BigInt(first + Math.floor(((index * 0.618_033_988_75) % 1) * (last - first)));
}

function monthAt(index: number): { readonly from: string; readonly to: string } {
  const ago = 30 + ((index * 17) % (DAYS - 60));
  return { from: daysAgo(ago + 30), to: daysAgo(ago) };
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
