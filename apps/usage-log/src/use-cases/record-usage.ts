import { Injectable } from '@nestjs/common';
import { Batcher } from '@code-router/batching';
import type { UsageData } from '@code-router/contracts';
import { readUsageEvent } from '../domain/event-reader.js';
import type { KeptEvents } from '../domain/kept-events.js';
import { RecordRefused, UsageRecords } from '../domain/usage-records.js';

/** An event that can never be recorded as it is, and why. */
export interface Unrecordable {
  readonly event: unknown;
  readonly reason: string;
}

/** What became of a batch. */
export interface Recorded {
  /** The events that another attempt would not record either. */
  readonly unrecordable: readonly Unrecordable[];
  /** Why the batch itself cannot be read to its end, which another attempt would not change. */
  readonly unreadable?: string | undefined;
  /** When the oldest request of those that can be read was completed; undefined when none can. */
  readonly oldestAtMs: number | undefined;
}

/** Events that are recorded together: eight full batches cost a third less than one after the other. */
const EVENTS_MAX = 8_192;
/** One waits for the roll-ups of the other, which nobody adds to at the same time, and writes its records meanwhile. */
const UNDER_WAY_MAX = 2;

/**
 * Records batches of usage events. Events that were recorded before change nothing, and one that cannot be recorded does
 * not keep the others from it.
 *
 * What comes while others are being recorded is recorded together: many records fall into fewer roll-ups than few, so a
 * backlog is worked off faster than it came about. Without one, each batch is recorded at once, by itself.
 */
@Injectable()
export class RecordUsage {
  private readonly recording: Batcher<KeptEvents, Recorded>;

  constructor(private readonly records: UsageRecords) {
    this.recording = new Batcher((batches) => this.recordTogether(batches), {
      batchMax: EVENTS_MAX,
      weightOf: ({ count }) => count,
      concurrencyMax: UNDER_WAY_MAX,
    });
  }

  /** @throws whatever the store failed with when another attempt may succeed. */
  execute(events: KeptEvents): Promise<Recorded> {
    return this.recording.add(events);
  }

  private async recordTogether(batches: readonly KeptEvents[]): Promise<readonly Recorded[]> {
    const readings = batches.map((events) => new Reading(events));
    const refused = new Map<Reading, readonly Unrecordable[]>();
    try {
      await this.records.record({ [Symbol.iterator]: () => usagesOf(readings) });
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      // A batch is not to hear of what is refused of another one.
      for (const reading of readings) refused.set(reading, await this.recordApart([...reading.recordable()]));
    }
    return readings.map((reading) => ({
      unrecordable: [...reading.unreadable, ...(refused.get(reading) ?? [])],
      unreadable: reading.failure,
      oldestAtMs: reading.oldestAtMs,
    }));
  }

  /** Halves what the store refuses until the refused record is alone. */
  private async recordApart(batch: readonly Recordable[]): Promise<readonly Unrecordable[]> {
    const [first] = batch;
    if (!first) return [];
    try {
      await this.records.record(batch.map(({ data }) => data));
      return [];
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      if (batch.length === 1) return [{ event: first.event, reason: error.message }];
      const half = Math.ceil(batch.length / 2);
      return [...(await this.recordApart(batch.slice(0, half))), ...(await this.recordApart(batch.slice(half)))];
    }
  }
}

interface Recordable {
  readonly event: unknown;
  readonly data: UsageData;
}

/** Goes through a batch, as often as asked, and notes what is to be told of it. Each event is dropped after the next. */
class Reading {
  unreadable: Unrecordable[] = [];
  failure: string | undefined;
  oldestAtMs: number | undefined;

  constructor(private readonly events: KeptEvents) {}

  *recordable(): Generator<Recordable> {
    this.unreadable = [];
    try {
      for (const event of this.events.read()) {
        const read = readUsageEvent(event);
        if ('data' in read) {
          this.oldestAtMs = Math.min(Date.parse(read.data.completedAt), this.oldestAtMs ?? Infinity);
          yield { event, data: read.data };
        } else this.unreadable.push({ event, reason: read.reason });
      }
    } catch (error) {
      // The batches that are recorded together with it are not to fail for it.
      this.failure = `the batch cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

function* usagesOf(readings: readonly Reading[]): Generator<UsageData> {
  for (const reading of readings) for (const { data } of reading.recordable()) yield data;
}
