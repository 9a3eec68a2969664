import {
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  SEARCH_LENGTH_MAX,
  type Page,
  type PageRequest,
  type SearchRequest,
} from '@code-router/contracts';
import { InputChecks } from './input-checks.js';

/** The lists that are paged; a cursor of one does not fit another. */
export type ListName =
  | 'accounts'
  | 'keys'
  | 'ledger'
  | 'statement'
  | 'users'
  | 'members'
  | 'invitations'
  | 'member-keys'
  | 'redemption-batches'
  | 'payments';

/** Where a page begins: at the newest item whose position is below `before`, or at the newest of all. */
export interface PageStart {
  readonly before: bigint | null;
  readonly limit: number;
}

/** An item of a list with its place in it: a number that grows with each new item and never changes. */
export interface Positioned<Item> {
  readonly position: bigint;
  readonly item: Item;
}

const POSITION = /^[1-9]\d{0,18}$/;
const POSITION_MAX = 9_223_372_036_854_775_807n;

/** Reads which page is wanted; what is wrong with the request is added to `checks`. */
export function pageStart(list: ListName, request: PageRequest, checks: InputChecks): PageStart {
  const limit = checks.optional(request.limit, (value) =>
    checks.wholeNumber('limit', value, { min: 1, max: PAGE_LIMIT_MAX }),
  );
  const before = checks.optional(request.cursor, (cursor) => {
    const position = typeof cursor === 'string' ? cursorPosition(list, cursor) : null;
    if (position === null) checks.refuse('cursor', 'must be the nextCursor of an earlier page of this list');
    return position;
  });
  return { before: before ?? null, limit: limit ?? PAGE_LIMIT_DEFAULT };
}

/** Reads what is searched for: null for everything. What is wrong with it is added to `checks`. */
export function searchOf({ search }: SearchRequest, checks: InputChecks): string | null {
  const text = checks.optional(search, (value) => checks.text('search', value, SEARCH_LENGTH_MAX)) ?? '';
  return text.trim() === '' ? null : text.trim();
}

/** @param found what the list holds from the page's start, one item more than the page if there are that many. */
export function pageOf<Item>(list: ListName, start: PageStart, found: readonly Positioned<Item>[]): Page<Item> {
  const shown = found.slice(0, start.limit);
  const items = shown.map(({ item }) => item);
  const last = shown.at(-1);
  return last && found.length > shown.length ? { items, nextCursor: cursorAt(list, last.position) } : { items };
}

/** Cursors are opaque to callers, so that what they hold may change. */
export function cursorAt(list: ListName, position: bigint): string {
  return Buffer.from(`${list}:${position}`).toString('base64url');
}

/** @returns null when the cursor was not made by {@link cursorAt} for this list. */
export function cursorPosition(list: ListName, cursor: string): bigint | null {
  const [name, digits, ...rest] = Buffer.from(cursor, 'base64url').toString().split(':');
  if (name !== list || digits === undefined || rest.length > 0 || !POSITION.test(digits)) return null;
  const position = BigInt(digits);
  // Decoding ignores what is not base64url: only the exact text that was handed out is accepted.
  return position <= POSITION_MAX && cursorAt(list, position) === cursor ? position : null;
}
