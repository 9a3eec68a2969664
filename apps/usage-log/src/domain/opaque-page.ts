import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type Page, type PageRequest } from '@code-router/contracts';
import { Problems } from '@code-router/input';

/** @param position what the place in this list looks like, in clear. @throws DomainError `invalid_request_error`. */
export function pageQuery({ cursor, limit = PAGE_LIMIT_DEFAULT }: PageRequest, position: RegExp) {
  const problems = new Problems();
  const valid = Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT_MAX;
  problems.expect(valid, 'limit', `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`);
  const after = cursor === undefined ? undefined : Buffer.from(String(cursor), 'base64url').toString();
  problems.expect(after === undefined || position.test(after), 'cursor', 'must be the nextCursor of the page before');
  problems.throwIfAny();
  return { after, limit };
}

/** Makes a cursor opaque: people should not make their own. */
export function withCursor<Item>({ items, nextCursor }: Page<Item>): Page<Item> {
  return nextCursor === undefined ? { items } : { items, nextCursor: Buffer.from(nextCursor).toString('base64url') };
}
