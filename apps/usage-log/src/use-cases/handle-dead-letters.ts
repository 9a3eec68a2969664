import { Injectable } from '@nestjs/common';
import {
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  type Page,
  type PageRequest,
  type ReplayUsageDeadLetters,
  type UsageDeadLetter,
} from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { DeadLetters } from '../domain/dead-letters.js';

/** Shows operators what could not be recorded, and lets them try it again. */
@Injectable()
export class HandleDeadLetters {
  constructor(private readonly deadLetters: DeadLetters) {}

  /** @throws DomainError `invalid_request_error`. */
  async list({ cursor, limit = PAGE_LIMIT_DEFAULT }: PageRequest): Promise<Page<UsageDeadLetter>> {
    const problems = new Problems();
    const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT_MAX;
    problems.expect(isLimit, 'limit', `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`);
    const isCursor = cursor === undefined || /^\d{1,9}$/.test(cursor);
    problems.expect(isCursor, 'cursor', 'must be the nextCursor of the page before');
    problems.throwIfAny();
    // The queue keeps them by number; there should be few.
    const offset = Number(cursor ?? 0);
    const items = await this.deadLetters.list(offset, limit + 1);
    if (items.length <= limit) return { items };
    return { items: items.slice(0, limit), nextCursor: String(offset + limit) };
  }

  /** @throws DomainError `invalid_request_error`. */
  async replay({ ids }: ReplayUsageDeadLetters): Promise<number> {
    const problems = new Problems();
    const isList = ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === 'string'));
    problems.expect(isList, 'ids', 'must be a list of ids');
    problems.throwIfAny();
    return this.deadLetters.replay(ids);
  }
}
