import type { Problems } from '@code-router/input';

/** Names of models and groups: what URLs, headers and logs carry unescaped. */
const NAME = /^[A-Za-z0-9._:/@-]{1,200}$/;
const NAME_FAULT = 'must be 1 to 200 characters out of A-Z a-z 0-9 . _ : / @ -';
const CONTROL_CHARACTER = /\p{Cc}/u;
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The greatest multiplier: a million times. */
const MULTIPLIER_MAX = 1_000_000_000_000n;

export function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

export function expectName(value: unknown, field: string, problems: Problems): void {
  problems.expect(isName(value), field, NAME_FAULT);
}

/** Text for people, which may be absent. */
export function expectText(value: unknown, field: string, lengthMax: number, problems: Problems): void {
  if (value === undefined) return;
  const valid = typeof value === 'string' && value.length <= lengthMax && !CONTROL_CHARACTER.test(value);
  problems.expect(valid, field, `must be text of at most ${lengthMax} characters without control characters`);
}

export function expectWholeNumber(
  value: unknown,
  field: string,
  bounds: { readonly min: number; readonly max: number },
  problems: Problems,
): void {
  const valid = typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max;
  problems.expect(valid, field, `must be a whole number from ${bounds.min} to ${bounds.max}`);
}

/** An amount or a multiplier: a decimal string, since JSON numbers lose integers above 2^53. */
export function expectWholeText(value: unknown, field: string, max: bigint, problems: Problems): void {
  const valid = typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) <= max;
  problems.expect(valid, field, `must be a decimal string of a whole number from 0 to ${max}`);
}

export function expectMultiplier(value: unknown, field: string, problems: Problems): void {
  expectWholeText(value, field, MULTIPLIER_MAX, problems);
}

/** An instant with its offset: a local time would mean another moment on another server. */
export function expectInstant(value: unknown, field: string, problems: Problems): void {
  if (value === undefined) return;
  const valid = typeof value === 'string' && ISO_INSTANT.test(value) && isOnCalendar(value);
  problems.expect(valid, field, 'must be an ISO 8601 date and time with a time zone, such as 2026-01-31T12:00:00Z');
}

/** Date.parse rolls 31 February over into March; such a date is a mistake, and a price must not start on one. */
function isOnCalendar(instant: string): boolean {
  const day = instant.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(instant)) && new Date(midnight).toISOString().slice(0, 10) === day;
}
