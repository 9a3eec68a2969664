const REDACTED = '…';
/** Longer texts of JSON are only told of by their length and their beginning. */
const LENGTH_MAX = 16_384;
const EXCERPT_LENGTH = 2_000;

/**
 * Names of fields that hold secrets, alone or as the last word of a longer name: `newPassword`, `webhookSecret`. Counts of
 * tokens and hints at keys are none.
 */
const SECRET = /^(.*(password|secret|apikey|api_key|authorization|cookie)|(.*[a-z0-9_])?token|codes?|content)$/i;

/** What may be kept of a value for years: no secret, and not too much. */
export function redacted(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const kept = withoutSecrets(value);
  const text = JSON.stringify(kept);
  return text.length <= LENGTH_MAX ? kept : { length: text.length, excerpt: beginningOf(text) };
}

/** A cut may fall within a character, half of which no database takes. */
function beginningOf(text: string): string {
  return text.slice(0, EXCERPT_LENGTH).toWellFormed();
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, isSecret(name, entry) ? REDACTED : withoutSecrets(entry)]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  return SECRET.test(name) && value !== null && typeof value !== 'boolean' && typeof value !== 'number';
}
