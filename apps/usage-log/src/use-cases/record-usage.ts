import { Injectable } from '@nestjs/common';
import type { UsageData } from '@code-router/contracts';
import { readUsageEvent } from '../domain/event-reader.js';
import { RecordRefused, UsageRecords } from '../domain/usage-records.js';

/** An event that can never be recorded as it is, and why. */
export interface Unrecordable {
  readonly event: unknown;
  readonly reason: string;
}

interface Recordable {
  readonly event: unknown;
  readonly data: UsageData;
}

/**
 * Records a batch of usage events. Events that were recorded before change nothing, and one that cannot be recorded
 * does not keep the others from it.
 */
@Injectable()
export class RecordUsage {
  constructor(private readonly records: UsageRecords) {}

  /**
   * @returns the events that another attempt would not record either.
   * @throws whatever the store failed with when another attempt may succeed.
   */
  async execute(events: readonly unknown[]): Promise<readonly Unrecordable[]> {
    const unrecordable: Unrecordable[] = [];
    const recordable: Recordable[] = [];
    for (const event of events) {
      const read = readUsageEvent(event);
      if ('data' in read) recordable.push({ event, data: read.data });
      else unrecordable.push({ event, reason: read.reason });
    }
    return [...unrecordable, ...(await this.record(recordable))];
  }

  /** Halves a batch that the store refuses until the refused record is alone. */
  private async record(batch: readonly Recordable[]): Promise<readonly Unrecordable[]> {
    const [first] = batch;
    if (!first) return [];
    try {
      await this.records.record(batch.map(({ data }) => data));
      return [];
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      if (batch.length === 1) return [{ event: first.event, reason: error.message }];
      const half = Math.ceil(batch.length / 2);
      return [...(await this.record(batch.slice(0, half))), ...(await this.record(batch.slice(half)))];
    }
  }
}
