/** Columns of these types are written without quotes, all others with. */
const PLAIN_TYPES = new Set(['uuid', 'boolean', 'smallint', 'integer', 'bigint', 'numeric', 'timestamptz']);
/** In a quoted element only these mean anything. */
const SPECIAL = /["\\]/;

/**
 * An array as PostgreSQL reads it, for values of one type. The driver writes arrays too, but looks at each value for
 * what it may be, and quotes all of them: with batches of thousands of values that is most of what a worker does.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function arrayLiteral(values: readonly unknown[], type: string): string {
  const isPlain = PLAIN_TYPES.has(type);
  // Most records of a batch have the same price, key, model and channel as the one before.
  let last: unknown;
  let lastElement = 'NULL';
  // Joined at once: a text that grows by each of thousands of elements is a tree of as many parts.
  const elements = values.map((value) => {
    if (value !== last) {
      last = value;
      if (value === null || value === undefined) lastElement = 'NULL';
      else lastElement = isPlain ? String(value) : quoted(String(value));
    }
    return lastElement;
  });
  return `{${elements.join(',')}}`;
}

function quoted(text: string): string {
  return `"${SPECIAL.test(text) ? text.replaceAll(/["\\]/g, String.raw`\$&`) : text}"`;
}
