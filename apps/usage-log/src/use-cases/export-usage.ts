import { Injectable } from '@nestjs/common';
import { USAGE_EXPORT_FORMATS, type ExportUsage as Request, type UsageExportPart } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { readCursor } from '../domain/records-query.js';
import { readFilters } from '../domain/usage-filters.js';
import { UsageRecords } from '../domain/usage-records.js';

/** Answers with the next part of an export. Whoever wants all of it asks on until there is no cursor. */
@Injectable()
export class ExportUsage {
  constructor(private readonly records: UsageRecords) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute({ filters, format, audience, cursor, until, encoding }: Request): Promise<UsageExportPart> {
    const problems = new Problems();
    problems.expect(USAGE_EXPORT_FORMATS.includes(format), 'format', `must be ${USAGE_EXPORT_FORMATS.join(' or ')}`);
    problems.expect(['operator', 'account'].includes(audience), 'audience', 'must be operator or account');
    problems.expect(encoding === undefined || encoding === 'base64', 'encoding', 'must be base64');
    const wanted = readFilters(filters ?? {}, problems);
    const after = readCursor(cursor, problems);
    const end = readCursor(until, problems, 'until');
    problems.throwIfAny();
    return this.records.exportPart({ filters: wanted, format, audience, after, until: end, encoding });
  }
}
