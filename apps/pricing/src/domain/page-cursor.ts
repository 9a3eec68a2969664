import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type Page, type PageRequest } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { expectWholeNumber } from './input-rules.js';

/** The part of a list that a page shows: newest first, below the last position of the page before. */
export interface PageWindow {
  /** Positions grow with every entry; absent on the first page. */
  readonly below?: bigint | undefined;
  readonly limit: number;
}

/** An item with its place in the list. */
export interface Placed<Item> {
  readonly position: bigint;
  readonly item: Item;
}

const POSITION_MAX = 9_223_372_036_854_775_807n;

/**
 * @param list the name of the list; a cursor of another list is refused.
 * @throws DomainError `invalid_request_error` when the cursor is not one of ours, or the limit out of bounds.
 */
export function pageWindow(list: string, page: PageRequest): PageWindow {
  const problems = new Problems();
  const limit = page.limit ?? PAGE_LIMIT_DEFAULT;
  expectWholeNumber(limit, 'limit', { min: 1, max: PAGE_LIMIT_MAX }, problems);
  const below = page.cursor === undefined ? undefined : readCursor(list, page.cursor);
  problems.expect(below !== null, 'cursor', 'must be the nextCursor of the page before');
  problems.throwIfAny();
  return { below: below ?? undefined, limit };
}

/** Cuts `limit` items off what was read; the one item more that was asked for tells whether another page follows. */
export function pageOf<Item>(list: string, found: readonly Placed<Item>[], limit: number): Page<Item> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(({ item }) => item);
  return found.length > limit && last ? { items, nextCursor: writeCursor(list, last.position) } : { items };
}

function writeCursor(list: string, position: bigint): string {
  return Buffer.from(`${list} ${position}`).toString('base64url');
}

function readCursor(list: string, cursor: unknown): bigint | null {
  if (typeof cursor !== 'string') return null;
  const [ofList, position = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (ofList !== list || !/^\d{1,19}$/.test(position) || BigInt(position) > POSITION_MAX) return null;
  return BigInt(position);
}
