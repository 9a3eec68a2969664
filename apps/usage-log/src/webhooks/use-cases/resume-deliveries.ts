import { Injectable } from '@nestjs/common';
import { Deliveries } from '../domain/deliveries.js';
import { DeliveryJobs } from '../domain/delivery-jobs.js';

/** How late a delivery may be before its job counts as lost; jobs that wait in a long queue are only found to be there. */
const OVERDUE_MS = 30_000;
/** Of each webhook: what waits for a slow endpoint comes back at that pace at most, and is put off again. */
const RESUMED_MAX = 2_000;

/**
 * Adds the jobs that are not there: they got lost, because a queue was emptied or a process died between keeping and
 * adding, or their endpoint had so much before it that they were left waiting without one.
 */
@Injectable()
export class ResumeDeliveries {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly jobs: DeliveryJobs,
  ) {}

  async execute(now: Date): Promise<void> {
    const overdue = await this.deliveries.listOverdue(new Date(now.getTime() - OVERDUE_MS), RESUMED_MAX);
    await this.jobs.addDeliveries(overdue);
    for (const id of await this.deliveries.listOpenReplays()) await this.jobs.addReplay(id);
  }
}
