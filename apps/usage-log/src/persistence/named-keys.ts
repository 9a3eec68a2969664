import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { RecordFilters } from '../domain/usage-filters.js';
import { Conditions, containing } from './record-conditions.js';

/** Filters whose text in the name of a key has become keys, where they are not too many. */
export type ResolvedFilters = RecordFilters;

/** More keys than these are no help in finding their records. */
const KEYS_MAX = 500;

/** Knows which keys there are by what names, and whose. */
@Injectable()
export class NamedKeys {
  constructor(@InjectDataSource('usage-log') private readonly dataSource: DataSource) {}

  /** Names the keys that the filters leave; none when no record can match. */
  async resolve(filters: RecordFilters): Promise<ResolvedFilters> {
    const { accountId, keyIds, keyName } = filters;
    if (keyName === undefined && (!keyIds || accountId === undefined)) return filters;
    const where = new Conditions().add(`kind = 'key'`);
    if (keyIds) where.add(`id = ANY(${where.value(keyIds)}::text[])`);
    if (accountId !== undefined) where.add(`account_id = ${where.value(accountId)}`);
    const matches = keyName === undefined ? 'true' : `name ILIKE ${where.value(containing(keyName))}`;
    const keys = await this.dataSource.query<{ id: string; always: boolean }[]>(
      `SELECT id, bool_and(${matches}) AS always FROM usage_names WHERE ${where.sql}
        GROUP BY id HAVING bool_or(${matches}) LIMIT ${KEYS_MAX + 1}`,
      where.parameters,
    );
    if (keys.length > KEYS_MAX) return filters;
    // A key that was renamed has records that do not match.
    const isCertain = keys.every(({ always }) => always);
    return { ...filters, keyIds: keys.map(({ id }) => id), keyName: isCertain ? undefined : keyName };
  }
}
