import { Injectable } from '@nestjs/common';
import type { ListUsageRecords as Request, Page, UsageRecord } from '@code-router/contracts';
import { recordsQuery } from '../domain/records-query.js';
import { UsageRecords } from '../domain/usage-records.js';

/** Pages through usage records, newest first. */
@Injectable()
export class ListUsageRecords {
  constructor(private readonly records: UsageRecords) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: Request): Promise<Page<UsageRecord>> {
    return this.records.list(recordsQuery(request));
  }
}
