/** One field that differs; undefined where it is not there. */
export interface ChangedPath {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Leaf = readonly [path: string, value: unknown];

/** The fields that differ between two JSON values, in the order in which they stand. */
export function changedPaths(before: unknown, after: unknown): readonly ChangedPath[] {
  const old = new Map(leaves(before, ''));
  const now = new Map(leaves(after, ''));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((change) => !isSame(change.before, change.after));
}

/** Lists of plain values are leaves: they are read as one. */
function leaves(value: unknown, path: string): readonly Leaf[] {
  if (value === undefined || (value === null && path === '')) return [];
  if (!isNode(value)) return [[path, value]];
  const entries: readonly Leaf[] = Object.entries(value);
  if (entries.length === 0) return [[path, value]];
  return entries.flatMap(([name, child]) => leaves(child, path === '' ? name : `${path}.${name}`));
}

function isNode(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) || value.some((item) => typeof item === 'object' && item !== null);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
