const REPLACEMENT = '\uFFFD';

/**
 * The same value with the characters replaced that PostgreSQL cannot store in text or jsonb: NUL, and halves of
 * surrogate pairs. They arrive in what clients and providers say about themselves, such as a user agent, and must not
 * keep the amount beside them from being recorded.
 */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [storableText(name), storable(part)]));
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT);
}
