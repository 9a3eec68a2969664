/** What came of the attempts of this process since it started. */
export class DeliveryCounts {
  private readonly counts = { delivered: 0, retried: 0, failed: 0 };

  add(outcome: 'delivered' | 'retried' | 'failed'): void {
    this.counts[outcome] += 1;
  }

  read(): Readonly<Record<string, number>> {
    return this.counts;
  }
}
