import { Injectable } from '@nestjs/common';
import { Batcher } from '@code-router/batching';
import type { UsageData } from '@code-router/contracts';
import { RecordRefused } from '../domain/usage-records.js';
import { RecordWriter } from './record-writer.js';

/** Records that are written together: four full jobs cost a third less than one after the other. */
const RECORDS_MAX = 4_096;
/** One waits for the roll-ups of the other, which nobody adds to at the same time, and writes its records meanwhile. */
const UNDER_WAY_MAX = 2;

/**
 * Writes together what comes while others are being written. Records of many jobs fall into fewer roll-ups than those of
 * one, so a backlog is worked off faster than it was made; without one, each job is written at once, by itself.
 */
@Injectable()
export class GatheredWrites {
  private readonly writes: Batcher<readonly UsageData[], Error | undefined>;

  constructor(private readonly writer: RecordWriter) {
    this.writes = new Batcher((parts) => this.writeAll(parts), {
      batchMax: RECORDS_MAX,
      weightOf: (usages) => usages.length,
      concurrencyMax: UNDER_WAY_MAX,
    });
  }

  /** @throws RecordRefused when one of them can never be stored as it is; any other error is worth another attempt. */
  async write(usages: readonly UsageData[]): Promise<void> {
    const failure = await this.writes.add(usages);
    if (failure) throw failure;
  }

  /** @returns for each part why it was refused; undefined when it was not. */
  private async writeAll(parts: readonly (readonly UsageData[])[]): Promise<readonly (Error | undefined)[]> {
    try {
      await this.writer.write(parts.flat());
      return parts.map(() => undefined);
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      if (parts.length === 1) return [error];
      // Only the part that has what is refused is to hear of it.
      const failures: (Error | undefined)[] = [];
      for (const part of parts) failures.push(...(await this.writeAll([part])));
      return failures;
    }
  }
}
