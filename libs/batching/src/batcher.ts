import { Pace } from './pace.js';

/** Processes items that were added together; answers with one result for each, in the same order. */
export type ProcessBatch<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

export interface BatcherOptions<Item = never> {
  /** The most items that are processed together; where they are weighed, the most that they weigh together. */
  readonly batchMax: number;
  /** How much of a batch an item is, 1 when absent. One that weighs more than a batch may is a batch of its own. */
  readonly weightOf?: (item: Item) => number;
  /** How many batches may be under way at once; 1 when absent. */
  readonly concurrencyMax?: number;
  /** The least time from one batch to the next, in milliseconds, unless a full one is waiting. 0 when absent. */
  readonly gatherMs?: number;
  /** Whether nothing gathers when no batch is under way: for results that somebody waits for. */
  readonly gatherOnlyWhileBusy?: boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what arrives while the batch before is under way, and processes it together. An item that arrives at an idle
 * batcher waits for nothing but the current turn of the event loop: batches grow with the load. A gathering time makes
 * them grow more: where nobody waits for the results, or, only while a batch is under way, where several may be.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private waitingWeight = 0;
  private underWay = 0;
  private scheduled = false;
  private idle: (() => void)[] = [];
  private readonly pace: Pace;

  constructor(
    private readonly process: ProcessBatch<Item, Result>,
    private readonly options: BatcherOptions<Item>,
  ) {
    this.pace = new Pace(options.gatherMs ?? 0);
  }

  /** @returns the item's own result; rejects when the batch that it was in failed as a whole. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.waitingWeight += this.weightOf(item);
      if (this.waitingWeight >= this.options.batchMax) this.pace.hurry();
      this.schedule();
    });
  }

  /** Resolves when nothing waits and nothing is under way. Nothing gathers any more from here on. */
  async drained(): Promise<void> {
    this.pace.stop();
    if (this.underWay === 0 && this.waiting.length === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled || this.underWay >= (this.options.concurrencyMax ?? 1)) return;
    this.scheduled = true;
    // After the I/O callbacks of this turn, so that everything the sockets delivered together forms one batch.
    setImmediate(() => void this.startWhenDue());
  }

  private async startWhenDue(): Promise<void> {
    if (this.waitingWeight < this.options.batchMax) await this.pace.wait();
    this.scheduled = false;
    this.startBatches();
  }

  private startBatches(): void {
    while (this.waiting.length > 0 && this.underWay < (this.options.concurrencyMax ?? 1)) {
      this.pace.started();
      void this.run(this.take());
    }
  }

  private take(): readonly Waiting<Item, Result>[] {
    let [count, weight] = [0, 0];
    for (const { item } of this.waiting) {
      const more = this.weightOf(item);
      if (count > 0 && weight + more > this.options.batchMax) break;
      count += 1;
      weight += more;
    }
    this.waitingWeight -= weight;
    return this.waiting.splice(0, count);
  }

  private weightOf(item: Item): number {
    return this.options.weightOf?.(item) ?? 1;
  }

  private async run(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.underWay += 1;
    try {
      const results = await this.process(batch.map(({ item }) => item));
      if (results.length !== batch.length) {
        throw new Error(`a batch of ${batch.length} items was answered with ${results.length} results`);
      }
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0 && this.options.gatherOnlyWhileBusy) this.pace.reset();
      if (this.waiting.length > 0) this.schedule();
      else if (this.underWay === 0) this.idle.splice(0).forEach((resolve) => resolve());
    }
  }
}
