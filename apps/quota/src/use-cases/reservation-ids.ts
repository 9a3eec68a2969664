import type { InputChecks } from '../domain/input-checks.js';

/** Reads the reservations that are asked about; none is no mistake. */
export function reservationIdsFrom(value: unknown, countMax: number, checks: InputChecks): readonly string[] {
  if (!Array.isArray(value) || value.length > countMax) {
    checks.refuse('reservationIds', `must be an array of at most ${countMax} UUIDs`);
    return [];
  }
  return value.map((id, index) => checks.uuid(`reservationIds[${index}]`, id));
}
