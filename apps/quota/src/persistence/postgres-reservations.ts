import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { LimitName, LimitSource, RateLeft, RefusalCode } from '@code-router/contracts';
import { PreparedStatement } from '@code-router/postgres';
import {
  Reservations,
  type Extension,
  type HoldDecision,
  type HoldRequest,
  type Orphan,
  type OrphanEvent,
  type RefusalDetail,
} from '../domain/reservations.js';
import { batchPlaces, plainArray, valuePlaces } from './batch-parameters.js';
import { KEEP_PUBLISHED_ORPHANS } from './posted-usage.sql.js';
import { EXPIRE, EXTEND, LIST_UNPUBLISHED_ORPHANS, RESERVE } from './reservations.sql.js';

interface DecisionRow {
  readonly refusal: RefusalCode | 'conflict' | null;
  readonly limit_source: LimitSource | null;
  readonly available_nanos: string | null;
  readonly lease_expires_ms: string | null;
  /** Null when no limit but money had a say. */
  readonly detail: (Partial<RefusalDetail> & { readonly requests?: RateLeft; readonly tokens?: RateLeft }) | null;
}

const reserve = new PreparedStatement<DecisionRow>('reserve', RESERVE);

interface OrphanRow extends Omit<Orphan, 'chargedNanos'> {
  readonly chargedNanos: string;
}

@Injectable()
export class PostgresReservations extends Reservations {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async hold(requests: readonly HoldRequest[]): Promise<readonly HoldDecision[]> {
    const { accountIds, keyIds, accounts, keys } = batchPlaces(requests);
    const models = valuePlaces(requests.map(({ model }) => model));
    const ips = valuePlaces(requests.map(({ clientIp }) => clientIp));
    const rows = await reserve.query(this.dataSource, [
      plainArray(accountIds),
      plainArray(keyIds),
      models.values,
      plainArray(ips.values),
      plainArray(requests.map(({ reservationId }) => reservationId)),
      requests.map(({ requestId }) => requestId),
      plainArray(accounts),
      plainArray(keys),
      plainArray(models.places),
      plainArray(ips.places),
      plainArray(requests.map(({ amountNanos }) => amountNanos)),
      plainArray(requests.map(({ tokens }) => tokens)),
      plainArray(requests.map(({ leaseMs }) => leaseMs)),
    ]);
    return rows.map(decisionOf);
  }

  override async extend({ reservationId, leaseMs, delivered, context }: Extension): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(EXTEND, [
      reservationId,
      leaseMs,
      delivered?.amountNanos ?? null,
      delivered && JSON.stringify(delivered),
      context && JSON.stringify(context),
    ]);
    return rows.length > 0;
  }

  override async expire(countMax: number): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(EXPIRE, [countMax]);
    return row?.count ?? 0;
  }

  override async listUnpublishedOrphans(countMax: number): Promise<readonly Orphan[]> {
    const rows = await this.dataSource.query<OrphanRow[]>(LIST_UNPUBLISHED_ORPHANS, [countMax]);
    return rows.map((row) => ({ ...row, chargedNanos: BigInt(row.chargedNanos) }));
  }

  override async markPublished(orphans: readonly OrphanEvent[]): Promise<void> {
    await this.dataSource.query(KEEP_PUBLISHED_ORPHANS, [
      plainArray(orphans.map(({ reservationId }) => reservationId)),
      plainArray(orphans.map(({ amountNanos }) => amountNanos)),
      orphans.map(({ event }) => event),
    ]);
  }
}

function decisionOf(row: DecisionRow): HoldDecision {
  const { refusal, detail } = row;
  if (refusal === 'conflict') return { kind: 'conflict' };
  if (refusal !== null) {
    const limit = row.limit_source ?? 'key';
    return {
      kind: 'refused',
      code: refusal,
      limit,
      detail: { ...detail, limitName: detail?.limitName ?? limitNameOf(refusal, limit) },
      availableNanos: BigInt(row.available_nanos ?? 0),
    };
  }
  return {
    kind: 'held',
    leaseExpiresAt: new Date(Number(row.lease_expires_ms)),
    ...(detail?.requests && { requests: detail.requests }),
    ...(detail?.tokens && { tokens: detail.tokens }),
  };
}

/** The limit behind a refusal that has only one. */
function limitNameOf(code: RefusalCode, limit: LimitSource): LimitName {
  switch (code) {
    case 'invalid_api_key':
      return 'existence';
    case 'key_disabled':
    case 'account_disabled':
      return 'status';
    case 'key_expired':
      return 'expiry';
    case 'model_not_allowed':
      return 'models';
    case 'ip_not_allowed':
      return 'ips';
    case 'insufficient_quota':
      return limit === 'key' ? 'quota' : limit === 'member' ? 'member_budget' : 'balance';
    case 'rate_limit_exceeded':
      return 'concurrency';
    case 'request_too_large':
      return 'tokens_per_minute';
    default:
      return code satisfies never;
  }
}
