import { Injectable } from '@nestjs/common';
import type { FindUsageRecord as Request, UsageInvoiceLine, UsageRecord } from '@code-router/contracts';
import { isUuid, Problems } from '@code-router/input';
import { isPlainText } from '../domain/fields.js';
import { invoiceLine } from '../domain/invoice-line.js';
import { readKeys } from '../domain/usage-filters.js';
import { UsageRecords } from '../domain/usage-records.js';

/** Finds one record, and shows how its amount comes about. */
@Injectable()
export class FindUsageRecord {
  constructor(private readonly records: UsageRecords) {}

  /**
   * @returns null when there is no such record, or none that the request may see.
   * @throws DomainError `invalid_request_error`.
   */
  async execute(request: Request): Promise<UsageRecord | null> {
    const problems = new Problems();
    const { id, accountId } = request;
    problems.expect(typeof id === 'string', 'id', 'must be text');
    problems.expect(accountId === undefined || isPlainText(accountId), 'accountId', 'must be text');
    readKeys(request, problems);
    problems.throwIfAny();
    return isUuid(id) ? this.records.find({ ...request, id }) : null;
  }

  /** As {@link execute}, for the invoice line of the record. */
  async invoiceLine(request: Request): Promise<UsageInvoiceLine | null> {
    const record = await this.execute(request);
    return record && invoiceLine(record);
  }
}
