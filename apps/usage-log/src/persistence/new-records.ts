import { placeOf, type DatedUsage } from './dated-usages.js';
import { recordLine } from './record-lines.js';
import type { RecordColumn } from './record-usage.sql.js';
import { rolledUpOf } from './rolled-up.js';
import { RollupSums, type RollupStatement } from './rollup-changes.js';
import { SeenMonths } from './seen-months.js';

/**
 * Records that nobody has recorded yet, as they are to be written. They are made one by one, and nothing else is kept of
 * what they are made of: a batch of thousands is not in memory twice.
 */
export class NewRecords {
  private readonly places = new Set<string>();
  private readonly written: { readonly id: string; readonly line: string }[] = [];
  private readonly sums = new RollupSums();
  readonly months = new SeenMonths();

  get isEmpty(): boolean {
    return this.written.length === 0;
  }

  /** An event that comes twice in a batch is one record. */
  add(dated: DatedUsage, row: Readonly<Record<RecordColumn, unknown>>): void {
    const id = dated.usage.reservationId;
    const place = placeOf(id, dated.completedAtMs);
    if (this.places.has(place)) return;
    this.places.add(place);
    this.written.push({ id, line: recordLine(row) });
    this.sums.add(rolledUpOf(dated));
    this.months.add(dated.completedAtMs);
  }

  ids(): readonly string[] {
    return this.written.map(({ id }) => id);
  }

  /** In the order of ids, which is the same for all who record. */
  lines(): string {
    return this.written
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ line }) => line)
      .join('');
  }

  rollups(): Promise<readonly RollupStatement[]> {
    return this.sums.statements(1);
  }
}
