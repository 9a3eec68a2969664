import type { Account } from '@code-router/contracts';
import type { Positioned } from '../domain/page.js';

/** An account as the statements in `accounts.sql.ts` select it. */
export interface AccountRow extends Omit<Account, 'createdAt'> {
  readonly position: string;
  readonly createdAt: Date;
}

export function accountOf({ position, ...row }: AccountRow): Positioned<Account> {
  return { position: BigInt(position), item: { ...row, createdAt: row.createdAt.toISOString() } };
}
