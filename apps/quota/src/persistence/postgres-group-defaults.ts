import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { GroupLimits } from '@code-router/contracts';
import { GroupDefaults } from '../domain/group-defaults.js';
import { DELETE_GROUP_LIMITS, LIST_GROUP_LIMITS, PUT_GROUP_LIMITS } from './group-limits.sql.js';

@Injectable()
export class PostgresGroupDefaults extends GroupDefaults {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async put({ group, ...limits }: GroupLimits): Promise<void> {
    const values = [limits.requestsPerMinute, limits.tokensPerMinute, limits.concurrencyMax];
    if (values.every((limit) => limit === null)) await this.dataSource.query(DELETE_GROUP_LIMITS, [group]);
    else await this.dataSource.query(PUT_GROUP_LIMITS, [group, ...values]);
  }

  override list(): Promise<readonly GroupLimits[]> {
    return this.dataSource.query<GroupLimits[]>(LIST_GROUP_LIMITS);
  }
}
