import { Injectable } from '@nestjs/common';
import type { UsageFilters, UsageNow, UsageStatistics, UsageStatisticsRequest } from '@code-router/contracts';
import { statisticsOf } from '../domain/statistics.js';
import { statisticsQuery } from '../domain/statistics-query.js';
import { recordFilters } from '../domain/records-query.js';
import { UsageRecords } from '../domain/usage-records.js';

/** Answers what charts show: sums and percentiles over time, and what happens right now. */
@Injectable()
export class SumUpUsage {
  constructor(private readonly records: UsageRecords) {}

  /** @throws DomainError `invalid_request_error`. */
  async statistics(request: UsageStatisticsRequest): Promise<UsageStatistics> {
    const query = statisticsQuery(request);
    return statisticsOf(query.granularity, await this.records.statistics(query));
  }

  /** @throws DomainError `invalid_request_error`. */
  async now({ accountId, keyId, keyIds }: Pick<UsageFilters, 'accountId' | 'keyId' | 'keyIds'>): Promise<UsageNow> {
    return this.records.now(
      recordFilters({
        ...(accountId !== undefined && { accountId }),
        ...(keyId !== undefined && { keyId }),
        ...(keyIds !== undefined && { keyIds }),
      }),
    );
  }

  /** How many records match, about. @throws DomainError `invalid_request_error`. */
  async estimate(filters: UsageFilters): Promise<number> {
    return this.records.estimate(recordFilters(filters));
  }
}
