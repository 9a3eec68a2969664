import type { EntityManager } from 'typeorm';
import {
  DomainError,
  type ActiveStatus,
  type LedgerEntry,
  type LedgerKind,
  type PostedEntry,
} from '@code-router/contracts';
import { BALANCE_NANOS_MAX } from '../domain/limits.js';
import { accountOf, type AccountRow } from './account-row.js';
import { FIND_ACCOUNT } from './accounts.sql.js';
import { entryOf, type EntryRow } from './entry-row.js';
import { FIND_ENTRY, INSERT_ENTRY, LOCK_ACCOUNT_FUNDS } from './postings.sql.js';

/** An entry that is to be written; what is absent is null in the ledger. */
export interface NewEntry {
  readonly accountId: string;
  readonly kind: LedgerKind;
  readonly counterpart: string;
  readonly reference: string;
  readonly amountNanos: bigint;
  readonly note: string;
  readonly author?: string;
  readonly keyId?: string;
  readonly reservationId?: string;
}

/** What an account has, while its row is locked. */
export interface LockedFunds {
  readonly balanceNanos: bigint;
  readonly heldNanos: bigint;
  readonly overdraftNanos: bigint;
  readonly status: ActiveStatus;
}

/**
 * Locks an account's row, as everybody does before a balance changes.
 *
 * @returns null when there is no such account.
 */
export async function lockFunds(manager: EntityManager, accountId: string): Promise<LockedFunds | null> {
  const [row] = await manager.query<{ balance: string; held: string; overdraft: string; status: ActiveStatus }[]>(
    LOCK_ACCOUNT_FUNDS,
    [accountId],
  );
  if (!row) return null;
  return {
    balanceNanos: BigInt(row.balance),
    heldNanos: BigInt(row.held),
    overdraftNanos: BigInt(row.overdraft),
    status: row.status,
  };
}

/** @throws DomainError `conflict` when an amount would make the balance larger than sums in the books can bear. */
export function expectRoomFor(funds: LockedFunds, amountNanos: bigint): void {
  if (funds.balanceNanos + amountNanos <= BALANCE_NANOS_MAX) return;
  throw new DomainError('conflict', `The balance would grow beyond ${BALANCE_NANOS_MAX} nanos.`, {
    balanceNanos: funds.balanceNanos.toString(),
  });
}

/** Writes an entry and moves the balance with it, in a transaction that holds the lock of {@link lockFunds}. */
export async function postEntry(manager: EntityManager, entry: NewEntry): Promise<LedgerEntry> {
  const [row] = await manager.query<EntryRow[]>(INSERT_ENTRY, [
    entry.accountId,
    entry.kind,
    entry.counterpart,
    entry.reference,
    entry.amountNanos,
    entry.note,
    entry.author ?? null,
    entry.keyId ?? null,
    entry.reservationId ?? null,
  ]);
  if (!row) throw new Error('an entry was written but not returned');
  return entryOf(row);
}

/** The entry of a kind and reference, if it was written before. */
export async function findEntry(
  manager: EntityManager,
  kind: LedgerKind,
  reference: string,
): Promise<LedgerEntry | null> {
  const [row] = await manager.query<EntryRow[]>(FIND_ENTRY, [kind, reference]);
  return row ? entryOf(row) : null;
}

/** The answer to whoever had an entry written. */
export async function withAccount(manager: EntityManager, entry: LedgerEntry): Promise<PostedEntry> {
  const [row] = await manager.query<AccountRow[]>(FIND_ACCOUNT, [entry.accountId]);
  if (!row) throw new Error('an entry was written for an account that is not there');
  return { entry, account: accountOf(row).item };
}
