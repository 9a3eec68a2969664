import type { UsageData } from '@code-router/contracts';

/** A usage with the moment under which it is kept. */
export interface DatedUsage {
  readonly usage: UsageData;
  /** Times are kept to the millisecond: what is finer is rounded here, so that the roll-ups go by what is kept. */
  readonly completedAtMs: number;
}

/** Usages in the order of their ids, by their places: an event that comes twice in a batch is one record. */
export type Batch = ReadonlyMap<string, DatedUsage>;

export function batchOf(usages: readonly UsageData[]): Batch {
  const batch = new Map<string, DatedUsage>();
  for (const usage of usages.toSorted(byId)) {
    const completedAtMs = millisecondsOf(usage.completedAt);
    const place = placeOf(usage.reservationId, completedAtMs);
    if (!batch.has(place)) batch.set(place, { usage, completedAtMs });
  }
  return batch;
}

/** What tells records apart. */
export function placeOf(id: string, completedAtMs: number): string {
  return `${id} ${completedAtMs}`;
}

/** The same order as PostgreSQL's of ids. */
function byId({ reservationId: one }: UsageData, { reservationId: other }: UsageData): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function millisecondsOf(instant: string): number {
  const finer = /\.\d{3}(\d)/.exec(instant)?.[1];
  return Date.parse(instant) + (finer !== undefined && finer >= '5' ? 1 : 0);
}
