import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, type ActiveStatus, type PostedEntry, type RedemptionBatch } from '@code-router/contracts';
import { accountIsDisabled, noSuchAccount } from '../domain/not-found.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { Redemptions, type NewRedemptionBatch } from '../domain/redemptions.js';
import { expectRoomFor, lockFunds, postEntry, withAccount } from './post-entry.js';
import {
  INSERT_BATCH,
  INSERT_CODES,
  INSERT_REDEMPTION,
  LIST_BATCHES,
  LOCK_CODE,
  SET_BATCH_STATUS,
  USE_CODE,
} from './redemptions.sql.js';

interface BatchRow extends Omit<RedemptionBatch, 'createdAt' | 'expiresAt'> {
  readonly position: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

interface CodeRow {
  readonly id: string;
  readonly amountNanos: string;
  readonly name: string;
  readonly hasUses: boolean;
  readonly isActive: boolean;
  readonly isOver: boolean;
}

@Injectable()
export class PostgresRedemptions extends Redemptions {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override createBatch(batch: NewRedemptionBatch): Promise<RedemptionBatch> {
    const { name, amountNanos, codeHashes, usesMax, expiresAt, author } = batch;
    return this.dataSource.transaction(async (manager) => {
      const values = [name, amountNanos, codeHashes.length, usesMax, expiresAt, author];
      const [row] = await manager.query<BatchRow[]>(INSERT_BATCH, values);
      if (!row) throw new Error('a batch was inserted but not returned');
      await manager.query(INSERT_CODES, [row.id, codeHashes, usesMax]);
      return batchOf(row).item;
    });
  }

  override async listBatches(start: PageStart): Promise<readonly Positioned<RedemptionBatch>[]> {
    return (await this.dataSource.query<BatchRow[]>(LIST_BATCHES, [start.before, start.limit + 1])).map(batchOf);
  }

  override async setBatchStatus(id: string, status: ActiveStatus): Promise<RedemptionBatch | null> {
    const [row] = await this.dataSource.query<BatchRow[]>(SET_BATCH_STATUS, [id, status]);
    return row ? batchOf(row).item : null;
  }

  override redeem(codeHash: string, accountId: string, user: { readonly id: string }): Promise<PostedEntry> {
    return this.dataSource.transaction(async (manager) => {
      const funds = await lockFunds(manager, accountId);
      if (!funds) throw noSuchAccount(accountId);
      if (funds.status === 'disabled') throw accountIsDisabled();
      const [code] = await manager.query<CodeRow[]>(LOCK_CODE, [codeHash]);
      if (!code) throw new DomainError('not_found', 'There is no such code.', { param: 'code' });
      if (!code.isActive) throw refused('The code is not valid any more.');
      if (code.isOver) throw refused('The code has expired.');
      const [first] = await manager.query<unknown[]>(INSERT_REDEMPTION, [code.id, accountId, user.id]);
      if (!first) throw refused('The code was redeemed for this account before.');
      if (!code.hasUses) throw refused('The code was redeemed as often as it may be.');
      const amountNanos = BigInt(code.amountNanos);
      expectRoomFor(funds, amountNanos);
      await manager.query(USE_CODE, [code.id]);
      const entry = await postEntry(manager, {
        accountId,
        kind: 'redemption',
        counterpart: 'redemptions',
        reference: `${code.id}:${accountId}`,
        amountNanos,
        note: code.name,
        author: user.id,
      });
      return withAccount(manager, entry);
    });
  }
}

function batchOf({ position, ...row }: BatchRow): Positioned<RedemptionBatch> {
  return {
    position: BigInt(position),
    item: { ...row, expiresAt: row.expiresAt?.toISOString() ?? null, createdAt: row.createdAt.toISOString() },
  };
}

function refused(message: string): DomainError {
  return new DomainError('conflict', message, { param: 'code' });
}
