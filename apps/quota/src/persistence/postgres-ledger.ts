import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import {
  DomainError,
  type Account,
  type LedgerAudit,
  type LedgerEntry,
  type LedgerTotals,
} from '@code-router/contracts';
import { PreparedStatement } from '@code-router/postgres';
import {
  Ledger,
  UnusableSettlements,
  type Grant,
  type Settlement,
  type SettlementProblem,
  type StatementPart,
  type StatementPeriod,
} from '../domain/ledger.js';
import { BALANCE_NANOS_MAX } from '../domain/limits.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { accountOf, type AccountRow } from './account-row.js';
import { FIND_ACCOUNT } from './accounts.sql.js';
import { batchPlaces, plainArray } from './batch-parameters.js';
import { sqlState, violatedConstraint } from './columns.js';
import { entryOf, type EntryRow } from './entry-row.js';
import {
  AUDIT,
  FIND_GRANT,
  INSERT_GRANT,
  LEDGER_TOTALS,
  LIST_ENTRIES,
  LOCK_ACCOUNT,
  SETTLE,
  STATEMENT_BOUNDS,
  STATEMENT_ENTRIES,
} from './ledger.sql.js';

interface BoundsRow {
  readonly firstId: string | null;
  readonly nextId: string | null;
  readonly openingNanos: string;
  readonly closingNanos: string;
}

interface ProblemRow {
  readonly reservation_id: string;
  readonly problem: SettlementProblem;
}

const settle = new PreparedStatement<ProblemRow>('settle', SETTLE);

@Injectable()
export class PostgresLedger extends Ledger {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async settle(settlements: readonly Settlement[]): Promise<ReadonlyMap<string, SettlementProblem>> {
    try {
      const rows = await settle.query(this.dataSource, settleParameters(settlements));
      return new Map(rows.map((row) => [row.reservation_id, row.problem]));
    } catch (error) {
      if (isAboutData(error)) throw new UnusableSettlements('the books refuse this batch', { cause: error });
      throw error;
    }
  }

  override async grant(grant: Grant): Promise<{ readonly entry: LedgerEntry; readonly account: Account } | null> {
    try {
      return await this.dataSource.transaction((manager) => this.grantWithin(manager, grant));
    } catch (error) {
      // Another account was granted under this reference at the same time.
      if (violatedConstraint(error) === 'ledger_entries_once') throw referenceUsed();
      throw error;
    }
  }

  override async list(accountId: string, start: PageStart): Promise<readonly Positioned<LedgerEntry>[]> {
    const rows = await this.dataSource.query<EntryRow[]>(LIST_ENTRIES, [start.before, start.limit + 1, accountId]);
    return rows.map((row) => ({ position: BigInt(row.id), item: entryOf(row) }));
  }

  override async statement({ accountId, from, to, after, limit }: StatementPeriod): Promise<StatementPart> {
    const [bounds] = await this.dataSource.query<BoundsRow[]>(STATEMENT_BOUNDS, [accountId, from, to]);
    if (!bounds) throw new Error('the bounds of a statement returned no row');
    const { firstId, nextId } = bounds;
    const first = after === null ? firstId : (after + 1n).toString();
    const rows =
      firstId === null || first === null
        ? []
        : await this.dataSource.query<EntryRow[]>(STATEMENT_ENTRIES, [accountId, first, nextId, limit + 1]);
    return {
      openingNanos: BigInt(bounds.openingNanos),
      closingNanos: BigInt(bounds.closingNanos),
      entries: rows.map((row) => ({ position: BigInt(row.id), item: entryOf(row) })),
    };
  }

  override async totals(): Promise<LedgerTotals> {
    const rows = await this.dataSource.query<{ counterpart: string | null; nanos: string }[]>(LEDGER_TOTALS);
    const counterparts = rows.flatMap(({ counterpart, nanos }) =>
      counterpart === null ? [] : [{ counterpart, nanos }],
    );
    return {
      accountsNanos: rows.find(({ counterpart }) => counterpart === null)?.nanos ?? '0',
      counterparts,
      differenceNanos: rows.reduce((sum, { nanos }) => sum + BigInt(nanos), 0n).toString(),
    };
  }

  override async audit(): Promise<LedgerAudit> {
    const [audit] = await this.dataSource.query<LedgerAudit[]>(AUDIT);
    if (!audit) throw new Error('the audit returned no row');
    return audit;
  }

  private async grantWithin(manager: EntityManager, grant: Grant) {
    const [locked] = await manager.query<{ balance_nanos: string }[]>(LOCK_ACCOUNT, [grant.accountId]);
    if (!locked) return null;
    const [earlier] = await manager.query<EntryRow[]>(FIND_GRANT, [grant.reference]);
    if (earlier && !isSameGrant(earlier, grant)) throw referenceUsed();
    if (!earlier && BigInt(locked.balance_nanos) + grant.amountNanos > BALANCE_NANOS_MAX) {
      throw new DomainError('conflict', `The balance would grow beyond ${BALANCE_NANOS_MAX} nanos.`, {
        balanceNanos: locked.balance_nanos,
      });
    }
    const [entry] = earlier
      ? [earlier]
      : await manager.query<EntryRow[]>(INSERT_GRANT, [
          grant.accountId,
          grant.amountNanos,
          grant.reference,
          grant.note,
          grant.author,
        ]);
    const [account] = await manager.query<AccountRow[]>(FIND_ACCOUNT, [grant.accountId]);
    if (!entry || !account) throw new Error('a grant was written but not returned');
    return { entry: entryOf(entry), account: accountOf(account).item };
  }
}

function settleParameters(settlements: readonly Settlement[]): readonly unknown[] {
  const { accountIds, keyIds, accounts, keys } = batchPlaces(settlements);
  return [
    plainArray(accountIds),
    plainArray(keyIds),
    plainArray(settlements.map(({ reservationId }) => reservationId)),
    settlements.map(({ requestId }) => requestId),
    plainArray(accounts),
    plainArray(keys),
    plainArray(settlements.map(({ amountNanos }) => amountNanos)),
    plainArray(settlements.map(({ tokens }) => tokens)),
    plainArray(settlements.map(({ charged }) => charged)),
    plainArray(settlements.map(({ orphaned }) => orphaned)),
    settlements.map(({ event }) => JSON.stringify(event)).join('\n'),
  ];
}

function isSameGrant(entry: EntryRow, grant: Grant): boolean {
  return entry.accountId === grant.accountId && BigInt(entry.amountNanos) === grant.amountNanos;
}

function referenceUsed(): DomainError {
  return new DomainError('conflict', 'The reference was used before, for another account or amount.', {
    param: 'reference',
  });
}

/** SQLSTATE classes 22, data exceptions, and 23, integrity constraints: the same data would fail the same way again. */
function isAboutData(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith('22') || state.startsWith('23'));
}
