/** Asks for one page of a list, newest first. */
export interface PageRequest {
  /** The `nextCursor` of the page before; absent for the first page. */
  readonly cursor?: string;
  /** How many items at most, 1 to 200. */
  readonly limit?: number;
}

/** Asks for one page of what holds a text. */
export interface SearchRequest extends PageRequest {
  /** Part of a name, in small or capital letters, or a whole id; absent or empty for everything. */
  readonly search?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 200;
export const SEARCH_LENGTH_MAX = 200;
