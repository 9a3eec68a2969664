import { monthAfter, monthOf } from '../domain/months.js';

/** The months that moments lie in: most are of the one that the moment before was of. */
export class SeenMonths {
  private readonly starts = new Set<number>();
  private from = 0;
  private to = 0;

  add(milliseconds: number): void {
    if (milliseconds >= this.from && milliseconds < this.to) return;
    const month = monthOf(new Date(milliseconds));
    this.from = month.getTime();
    this.to = monthAfter(month, 1).getTime();
    this.starts.add(this.from);
  }

  get count(): number {
    return this.starts.size;
  }

  get months(): readonly Date[] {
    return [...this.starts].map((start) => new Date(start));
  }
}
