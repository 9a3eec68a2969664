import { Injectable } from '@nestjs/common';
import { faultPoint } from '@code-router/fault-points';
import { storable } from '../domain/storable.js';
import { UsageJobs } from '../domain/usage-jobs.js';

/** Hands a batch of events from the log to the workers. The batch may be acknowledged once this resolves. */
@Injectable()
export class EnqueueUsage {
  constructor(private readonly jobs: UsageJobs) {}

  async execute(events: readonly unknown[]): Promise<void> {
    if (events.length === 0) return;
    faultPoint('usage.received');
    await this.jobs.addBatch(events.map(storable));
    faultPoint('usage.enqueued');
  }
}
