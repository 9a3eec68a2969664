const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether it is a UUID of any version, in either case: PostgreSQL takes both for the same. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
