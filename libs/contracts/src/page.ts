/** Asks for one page of a list, newest first. */
export interface PageRequest {
  /** The `nextCursor` of the page before; absent for the first page. */
  readonly cursor?: string;
  /** How many items at most, 1 to 200. */
  readonly limit?: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 200;
