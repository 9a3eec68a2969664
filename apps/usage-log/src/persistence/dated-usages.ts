import type { UsageData } from '@code-router/contracts';

/** A usage with the moment under which it is kept. */
export interface DatedUsage {
  readonly usage: UsageData;
  /** Times are kept to the millisecond: what is finer is rounded here, so that the roll-ups go by what is kept. */
  readonly completedAtMs: number;
}

/** Usages by their places: an event that comes twice in a batch is one record. */
export type Batch = ReadonlyMap<string, DatedUsage>;

export function batchOf(usages: readonly DatedUsage[]): Batch {
  const batch = new Map<string, DatedUsage>();
  for (const dated of usages) {
    const place = placeOf(dated.usage.reservationId, dated.completedAtMs);
    if (!batch.has(place)) batch.set(place, dated);
  }
  return batch;
}

export function datedUsage(usage: UsageData): DatedUsage {
  return { usage, completedAtMs: millisecondsOf(usage.completedAt) };
}

/** What tells records apart. */
export function placeOf(id: string, completedAtMs: number): string {
  return `${id} ${completedAtMs}`;
}

function millisecondsOf(instant: string): number {
  const finer = /\.\d{3}(\d)/.exec(instant)?.[1];
  return Date.parse(instant) + (finer !== undefined && finer >= '5' ? 1 : 0);
}
