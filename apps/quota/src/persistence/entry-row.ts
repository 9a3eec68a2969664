import type { LedgerEntry } from '@code-router/contracts';

/** An entry as the statements of the ledger select it. */
export interface EntryRow extends Omit<LedgerEntry, 'createdAt'> {
  readonly createdAt: Date;
}

export function entryOf(row: EntryRow): LedgerEntry {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
