import type { DefaultJobOptions } from 'bullmq';

/** What is on its way to webhooks, beside the queue of the usage log. */
export const WEBHOOK_QUEUE = 'webhooks';

/** One delivery, or one period that is replayed. */
export type WebhookJob = { readonly deliveryId: string } | { readonly replayId: string };

/**
 * These attempts are for a database that is away; those of a delivery are counted with it. A job that fails for good goes:
 * its delivery is found to be overdue and gets another one.
 */
export const WEBHOOK_JOB_OPTIONS: DefaultJobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
};
