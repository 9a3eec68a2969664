import { Injectable } from '@nestjs/common';
import { DomainError, type ListUsageRollups as Request, type UsageRollup } from '@code-router/contracts';
import { rollupsQuery } from '../domain/rollups-query.js';
import { UsageRecords } from '../domain/usage-records.js';

/** Answers with the sums of an account by hour or day, key, model and channel. */
@Injectable()
export class ListUsageRollups {
  constructor(private readonly records: UsageRecords) {}

  /** @throws DomainError `invalid_request_error`, also when there is more than one answer should hold. */
  async execute(request: Request): Promise<{ readonly rollups: readonly UsageRollup[] }> {
    const query = rollupsQuery(request);
    const rollups = await this.records.rollups(query);
    if (rollups.length > query.rowsMax) {
      // Cutting the rest off would show sums that are too small.
      const message = `There are more than ${query.rowsMax} rows. Please ask for less time, or by day.`;
      throw new DomainError('invalid_request_error', message, { param: 'to' });
    }
    return { rollups };
  }
}
