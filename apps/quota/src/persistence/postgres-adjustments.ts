import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, type PostedEntry } from '@code-router/contracts';
import { Adjustments, type Correction, type Refund } from '../domain/adjustments.js';
import { FIND_REFUNDABLE, FIND_REFUNDED_RESERVATION, LOWER_SPENDING, SUM_REFUNDS } from './adjustments.sql.js';
import { violatedConstraint } from './columns.js';
import { expectRoomFor, findEntry, lockFunds, postEntry, withAccount } from './post-entry.js';

interface Refundable {
  readonly accountId: string;
  readonly keyId: string;
  readonly charged: string;
  readonly writtenOff: string;
  readonly refunded: string;
}

@Injectable()
export class PostgresAdjustments extends Adjustments {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override correct(correction: Correction): Promise<PostedEntry | null> {
    return this.once((manager) => correctWithin(manager, correction));
  }

  override refund(refund: Refund): Promise<PostedEntry | null> {
    return this.once((manager) => refundWithin(manager, refund));
  }

  override async refunded(reservationId: string): Promise<bigint> {
    const [row] = await this.dataSource.query<{ refunded: string }[]>(SUM_REFUNDS, [reservationId]);
    return BigInt(row?.refunded ?? 0);
  }

  private async once(write: (manager: EntityManager) => Promise<PostedEntry | null>): Promise<PostedEntry | null> {
    try {
      return await this.dataSource.transaction(write);
    } catch (error) {
      // Another account's entry was written under this reference at the same time.
      if (violatedConstraint(error) === 'ledger_entries_once') throw referenceUsed();
      throw error;
    }
  }
}

async function correctWithin(manager: EntityManager, correction: Correction): Promise<PostedEntry | null> {
  const { accountId, amountNanos, reference, reason, author } = correction;
  const funds = await lockFunds(manager, accountId);
  if (!funds) return null;
  const earlier = await findEntry(manager, 'correction', reference);
  if (earlier) {
    if (earlier.accountId !== accountId || BigInt(earlier.amountNanos) !== amountNanos) throw referenceUsed();
    return withAccount(manager, earlier);
  }
  const available = funds.balanceNanos - funds.heldNanos + funds.overdraftNanos;
  if (amountNanos < 0n && available + amountNanos < 0n) {
    throw new DomainError('conflict', 'No more can be taken than is available: lower the correction.', {
      param: 'amountNanos',
      availableNanos: available.toString(),
    });
  }
  expectRoomFor(funds, amountNanos);
  const entry = await postEntry(manager, {
    accountId,
    kind: 'correction',
    counterpart: 'adjustments',
    reference,
    amountNanos,
    note: reason,
    author,
  });
  return withAccount(manager, entry);
}

async function refundWithin(manager: EntityManager, refund: Refund): Promise<PostedEntry | null> {
  const { reservationId, reference, reason, author } = refund;
  const [charge] = await manager.query<Refundable[]>(FIND_REFUNDABLE, [reservationId]);
  const funds = charge && (await lockFunds(manager, charge.accountId));
  if (!charge || !funds) return null;
  const earlier = await findEntry(manager, 'refund', reference);
  if (earlier) {
    const [about] = await manager.query<{ reservationId: string }[]>(FIND_REFUNDED_RESERVATION, [reference]);
    const isSame = refund.amountNanos === undefined || BigInt(earlier.amountNanos) === refund.amountNanos;
    if (about?.reservationId !== reservationId || !isSame) throw referenceUsed();
    return withAccount(manager, earlier);
  }
  // Read again now that nobody else refunds: another refund may have been written while this one waited for the lock.
  const [current] = await manager.query<Refundable[]>(FIND_REFUNDABLE, [reservationId]);
  const { charged, writtenOff, refunded, accountId, keyId } = current ?? charge;
  const left = BigInt(charged) - BigInt(writtenOff) - BigInt(refunded);
  const amountNanos = refund.amountNanos ?? left;
  if (amountNanos > left || left <= 0n) {
    throw new DomainError('conflict', 'No more can be refunded than is left of what was paid for the request.', {
      param: 'amountNanos',
      leftNanos: left.toString(),
    });
  }
  expectRoomFor(funds, amountNanos);
  await manager.query(LOWER_SPENDING, [keyId, amountNanos, reservationId]);
  const entry = await postEntry(manager, {
    accountId,
    kind: 'refund',
    counterpart: 'revenue',
    reference,
    amountNanos,
    note: reason,
    author,
    keyId,
    reservationId,
  });
  return withAccount(manager, entry);
}

function referenceUsed(): DomainError {
  return new DomainError('conflict', 'The reference was used before, for something else.', { param: 'reference' });
}
