import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { LimitSource, RefusalCode } from '@code-router/contracts';
import { Reservations, type HoldDecision, type HoldRequest } from '../domain/reservations.js';
import { batchPlaces, plainArray } from './batch-parameters.js';
import { EXPIRE, EXTEND, RESERVE } from './reservations.sql.js';

interface DecisionRow {
  readonly refusal: RefusalCode | 'conflict' | null;
  readonly limit_source: LimitSource | null;
  readonly available_nanos: string | null;
  readonly lease_expires_ms: string | null;
}

@Injectable()
export class PostgresReservations extends Reservations {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async hold(requests: readonly HoldRequest[]): Promise<readonly HoldDecision[]> {
    const { accountIds, keyIds, accounts, keys } = batchPlaces(requests);
    const rows = await this.dataSource.query<DecisionRow[]>(RESERVE, [
      plainArray(accountIds),
      plainArray(keyIds),
      plainArray(requests.map(({ reservationId }) => reservationId)),
      requests.map(({ requestId }) => requestId),
      plainArray(accounts),
      plainArray(keys),
      plainArray(requests.map(({ amountNanos }) => amountNanos)),
      plainArray(requests.map(({ leaseMs }) => leaseMs)),
    ]);
    return rows.map(decisionOf);
  }

  override async extend(reservationId: string, leaseMs: number): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(EXTEND, [reservationId, leaseMs]);
    return rows.length > 0;
  }

  override async expire(countMax: number): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(EXPIRE, [countMax]);
    return row?.count ?? 0;
  }
}

function decisionOf(row: DecisionRow): HoldDecision {
  if (row.refusal === 'conflict') return { kind: 'conflict' };
  if (row.refusal !== null) {
    return {
      kind: 'refused',
      code: row.refusal,
      limit: row.limit_source ?? 'key',
      availableNanos: BigInt(row.available_nanos ?? 0),
    };
  }
  return { kind: 'held', leaseExpiresAt: new Date(Number(row.lease_expires_ms)) };
}
