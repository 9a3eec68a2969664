/** What a request of a batch is about. Ids are in lower case. */
interface OfAccountAndKey {
  readonly accountId: string;
  readonly keyId: string;
}

/** The distinct accounts and keys of a batch, and for each of its items their places in these lists, from 1. */
export interface BatchPlaces {
  readonly accountIds: readonly string[];
  readonly keyIds: readonly string[];
  readonly accounts: readonly number[];
  readonly keys: readonly number[];
}

export function batchPlaces(items: readonly OfAccountAndKey[]): BatchPlaces {
  const accountPlaces = new Map<string, number>();
  const keyPlaces = new Map<string, number>();
  const accounts = items.map(({ accountId }) => placeOf(accountId, accountPlaces));
  const keys = items.map(({ keyId }) => placeOf(keyId, keyPlaces));
  return { accountIds: [...accountPlaces.keys()], keyIds: [...keyPlaces.keys()], accounts, keys };
}

/** The distinct values of a list, and for each of its items the place of its value among them, from 1; null for none. */
export function valuePlaces(items: readonly (string | null)[]): {
  readonly values: readonly string[];
  readonly places: readonly (number | 'NULL')[];
} {
  const known = new Map<string, number>();
  const places = items.map((item) => (item === null ? 'NULL' : placeOf(item, known)));
  return { values: [...known.keys()], places };
}

/**
 * An array as PostgreSQL writes it. Only for values without quotes, commas, braces, spaces and backslashes, such as ids
 * and numbers: then it saves the driver the escaping of every element, which is most of what a batch costs it.
 */
export function plainArray(values: readonly (string | number | bigint | boolean)[]): string {
  return `{${values.join(',')}}`;
}

function placeOf(id: string, places: Map<string, number>): number {
  const known = places.get(id);
  if (known !== undefined) return known;
  places.set(id, places.size + 1);
  return places.size;
}
