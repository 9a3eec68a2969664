import type { Problems } from '@code-router/input';

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Text that PostgreSQL can compare with. */
export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** Reads a moment; one that cannot be read is noted, and compares with none. */
export function instant(value: unknown, field: string, problems: Problems): Date {
  const date = new Date(typeof value === 'string' && ISO_INSTANT.test(value) ? value : Number.NaN);
  problems.expect(!Number.isNaN(date.getTime()), field, 'must be an ISO 8601 date and time with a time zone');
  return date;
}

export function optionalInstant(value: unknown, field: string, problems: Problems): Date | undefined {
  return value === undefined ? undefined : instant(value, field, problems);
}
