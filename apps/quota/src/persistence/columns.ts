import { QueryFailedError } from 'typeorm';

/**
 * The SET clause of an update from whatever changes were given.
 *
 * @param columns the column that each field is kept in. Only these can appear in the statement, whatever a caller sends.
 * @param parameters receives the values; the clause refers to them by their places.
 */
export function assignments<Changes extends object>(
  columns: { readonly [Field in keyof Required<Changes>]: string },
  changes: Changes,
  parameters: unknown[],
): string {
  const fields = Object.keys(columns) as (keyof Changes)[];
  return fields
    .filter((field) => changes[field] !== undefined)
    .map((field) => {
      parameters.push(changes[field]);
      return `${columns[field]} = $${parameters.length}`;
    })
    .join(', ');
}

/** @returns the constraint that an error of PostgreSQL is about; undefined when it is about none. */
export function violatedConstraint(error: unknown): string | undefined {
  return driverError(error)?.constraint;
}

/**
 * The SQLSTATE of an error of PostgreSQL.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function sqlState(error: unknown): string | undefined {
  return driverError(error)?.code;
}

function driverError(error: unknown): { readonly code?: string; readonly constraint?: string } | undefined {
  return error instanceof QueryFailedError ? error.driverError : undefined;
}
