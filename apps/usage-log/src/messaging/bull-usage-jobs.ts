import { createHash } from 'node:crypto';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { UsageJobs } from '../domain/usage-jobs.js';
import { packEvents } from './packed-events.js';
import { USAGE_QUEUE, type UsageJob } from './usage-queue.js';

const BATCH = 'record-batch';
const SINGLE = 'record-single';

@Injectable()
export class BullUsageJobs extends UsageJobs {
  constructor(@InjectQueue(USAGE_QUEUE) private readonly queue: Queue<UsageJob>) {
    super();
  }

  override async addBatch(bodies: readonly Uint8Array[]): Promise<void> {
    await this.queue.add(BATCH, { packed: packEvents(bodies), count: bodies.length });
  }

  override async addEach(events: readonly unknown[]): Promise<void> {
    await this.queue.addBulk(
      events.map((event) => ({ name: SINGLE, data: { events: [event] }, opts: { jobId: idOf(event) } })),
    );
  }

  override async waiting(): Promise<number> {
    const counts = await this.queue.getJobCounts('waiting', 'prioritized', 'delayed');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
}

/** By content, since an event that cannot be read may have no id, or that of another. */
function idOf(event: unknown): string {
  return `event-${createHash('sha256').update(JSON.stringify(event)).digest('hex')}`;
}
