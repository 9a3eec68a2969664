import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, type Key, type KeyBudget, type Principal, type RetiringSecret } from '@code-router/contracts';
import { Keys, type KeyChanges, type NewBudget, type NewKey, type SecretMarks } from '../domain/keys.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { assignments, sqlState } from './columns.js';
import {
  assignBudget,
  FIND_KEY,
  FIND_PRINCIPAL,
  PRINCIPAL_OF_KEY,
  INSERT_KEY,
  LIST_KEYS,
  LIST_KEYS_OF_ACCOUNT,
  LOCK_ACCOUNT_OF_KEY,
  REMOVE_BUDGET,
  REVOKE_KEY,
  ROTATE_KEY,
  updateKey,
} from './keys.sql.js';

export interface KeyRow extends Omit<Key, 'createdAt' | 'expiresAt' | 'lastUsedAt'> {
  readonly position: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

interface PrincipalRow extends Omit<Principal, 'keyGroup' | 'expiresAt' | 'allowedModels' | 'lowerOutput'> {
  readonly keyGroup: string | null;
  readonly expiresAt: Date | null;
  readonly allowedModels: readonly string[] | null;
  readonly lowerOutput: boolean;
}

/** What is assigned as it is. */
const COLUMNS = {
  name: 'name',
  status: 'status',
  group: 'group_name',
  quotaNanos: 'quota_nanos',
  allowedModels: 'allowed_models',
  requestsPerMinute: 'requests_per_minute',
  tokensPerMinute: 'tokens_per_minute',
  concurrencyMax: 'concurrency_max',
  showCost: 'show_cost',
  expiresAt: 'expires_at',
} as const;

const INVALID_PARAMETER_VALUE = '22023';

@Injectable()
export class PostgresKeys extends Keys {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override create(key: NewKey): Promise<Key | null> {
    return this.dataSource.transaction(async (manager) => {
      const [created] = await query(manager, INSERT_KEY, [
        key.accountId,
        key.name,
        key.hash,
        key.prefix,
        key.group,
        key.quotaNanos,
        key.concurrencyMax,
        key.showCost,
        key.expiresAt,
        key.allowedModels,
        key.allowedIps,
        key.requestsPerMinute,
        key.tokensPerMinute,
      ]);
      if (!created || !key.budget) return created?.item ?? null;
      return change(manager, created.item.id, { budget: key.budget });
    });
  }

  override update(id: string, changes: KeyChanges): Promise<Key | null> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_ACCOUNT_OF_KEY, [id]);
      const updated = await change(manager, id, changes);
      return updated ?? refuseRevoked(manager, id);
    });
  }

  override rotate(id: string, { hash, prefix }: SecretMarks, oldValidUntil: string | null): Promise<Key | null> {
    return this.dataSource.transaction(async (manager) => {
      const rotated = await manager.query<unknown[]>(ROTATE_KEY, [id, hash, prefix, oldValidUntil]);
      return rotated.length > 0 ? find(manager, id) : refuseRevoked(manager, id);
    });
  }

  override revoke(id: string): Promise<Key | null> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(REVOKE_KEY, [id]);
      return find(manager, id);
    });
  }

  override find(id: string): Promise<Key | null> {
    return find(this.dataSource.manager, id);
  }

  override list(accountId: string | null, start: PageStart): Promise<readonly Positioned<Key>[]> {
    const page = [start.before, start.limit + 1];
    return accountId === null
      ? query(this.dataSource.manager, LIST_KEYS, page)
      : query(this.dataSource.manager, LIST_KEYS_OF_ACCOUNT, [...page, accountId]);
  }

  override findPrincipal(hash: string): Promise<Principal | null> {
    return this.principal(FIND_PRINCIPAL, hash);
  }

  override principalOfKey(id: string): Promise<Principal | null> {
    return this.principal(PRINCIPAL_OF_KEY, id);
  }

  private async principal(statement: string, parameter: string): Promise<Principal | null> {
    const [row] = await this.dataSource.query<PrincipalRow[]>(statement, [parameter]);
    if (!row) return null;
    const { keyGroup, expiresAt, allowedModels, lowerOutput, ...principal } = row;
    return {
      ...principal,
      ...(keyGroup === null ? {} : { keyGroup }),
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
      ...(allowedModels === null ? {} : { allowedModels }),
      ...(lowerOutput ? { lowerOutput } : {}),
    };
  }
}

/** @returns null when there is no such key, or it was revoked. */
async function change(manager: EntityManager, id: string, changes: KeyChanges): Promise<Key | null> {
  const { budget, allowedIps, ...plain } = changes;
  const parameters: unknown[] = [id];
  const place = (value: unknown) => `$${parameters.push(value)}`;
  const all = [assignments<typeof plain>(COLUMNS, plain, parameters)];
  if (allowedIps !== undefined) {
    const rules = place(allowedIps);
    all.push(`allowed_ips = (SELECT array_agg(network(rule::inet)::inet) FROM unnest(${rules}::text[]) AS rule)`);
  }
  if (budget === null) all.push(REMOVE_BUDGET);
  if (budget) {
    const places = {
      nanos: place(budget.nanos),
      period: place(budget.period),
      days: place(budget.days),
      timeZone: place(budget.timeZone),
    };
    all.push(assignBudget(places));
  }
  try {
    const [changed] = await query(manager, updateKey(all.filter((assigned) => assigned !== '').join(', ')), parameters);
    return changed?.item ?? null;
  } catch (error) {
    if (budget && sqlState(error) === INVALID_PARAMETER_VALUE) throw unknownTimeZone(budget);
    throw error;
  }
}

async function find(manager: EntityManager, id: string): Promise<Key | null> {
  const [found] = await query(manager, FIND_KEY, [id]);
  return found?.item ?? null;
}

/** @returns null when there is no such key. @throws DomainError `conflict` when there is. */
async function refuseRevoked(manager: EntityManager, id: string): Promise<null> {
  if (!(await find(manager, id))) return null;
  throw new DomainError('conflict', 'The key was revoked, which is for good. Make a new one.', { keyId: id });
}

function unknownTimeZone({ timeZone }: NewBudget): DomainError {
  return new DomainError('invalid_request_error', `budget.timeZone ${timeZone} is not known to the database.`, {
    param: 'budget.timeZone',
  });
}

async function query(
  manager: EntityManager,
  statement: string,
  parameters: unknown[],
): Promise<readonly Positioned<Key>[]> {
  return (await manager.query<KeyRow[]>(statement, parameters)).map(keyOf);
}

export function keyOf({ position, ...row }: KeyRow): Positioned<Key> {
  return {
    position: BigInt(position),
    item: {
      ...row,
      budget: row.budget && budgetOf(row.budget),
      expiresAt: row.expiresAt?.toISOString() ?? null,
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      retiring: row.retiring.map(retiringOf),
      createdAt: row.createdAt.toISOString(),
    },
  };
}

/** Times in JSON come with the offset of the session's time zone. */
function budgetOf(budget: KeyBudget): KeyBudget {
  const instant = (time: string) => new Date(time).toISOString();
  return { ...budget, countsSince: instant(budget.countsSince), resetsAt: instant(budget.resetsAt) };
}

function retiringOf({ prefix, validUntil }: RetiringSecret): RetiringSecret {
  return { prefix, validUntil: new Date(validUntil).toISOString() };
}
