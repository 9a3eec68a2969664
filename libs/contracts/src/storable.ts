const REPLACEMENT = '\uFFFD';

/**
 * The same value with the characters replaced that PostgreSQL cannot store in text or jsonb: NUL, and halves of
 * surrogate pairs. They arrive in what clients and providers say about themselves, such as a user agent, and must not
 * keep the amount beside them from being recorded.
 *
 * @param json the value as JSON, where it is at hand.
 */
export function storable(value: unknown, json = JSON.stringify(value) ?? ''): unknown {
  // Almost nothing has any of them, and to look is a fraction of the work of making everything anew.
  return MAY_HAVE_SOME.test(json) ? replaced(value) : value;
}

/** How JSON writes them; also what says so literally, after a backslash of its own, and what is no JSON. */
const MAY_HAVE_SOME = /\\u(?:0000|d[89a-f])|\0/i;

function replaced(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [storableText(name), replaced(part)]));
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT);
}
