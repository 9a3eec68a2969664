import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { faultPoint } from '@code-router/fault-points';
import { UsageJobs } from '../domain/usage-jobs.js';
import { readUsageLogSettings } from '../settings.js';

const LOOK_AGAIN_MS = 200;
/** Well below the time after which the event log takes a batch for stuck and hands it to somebody else. */
const WAIT_MS_MAX = 20_000;

/** There are so many jobs that no more are taken on. The batch stays in the event log, and comes again. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/**
 * Hands a batch of events from the log to the workers. The batch may be acknowledged once this resolves. When workers do
 * not keep up, the batch waits: the event log is on disk and made for it, the queue may be in memory. What the events say
 * is the business of the workers: here they are not even read.
 */
@Injectable()
export class EnqueueUsage {
  private readonly jobsMax = readUsageLogSettings().CODE_ROUTER_USAGE_QUEUE_MAX;

  constructor(private readonly jobs: UsageJobs) {}

  /** @throws QueueFull when there is no room for too long, or when `signal` says to wait no longer. */
  async execute(bodies: readonly Uint8Array[], signal?: AbortSignal): Promise<void> {
    if (bodies.length === 0) return;
    await this.untilRoom(signal);
    faultPoint('usage.received');
    await this.jobs.addBatch(bodies);
    faultPoint('usage.enqueued');
  }

  private async untilRoom(signal: AbortSignal | undefined): Promise<void> {
    const deadline = performance.now() + WAIT_MS_MAX;
    while ((await this.jobs.waiting()) >= this.jobsMax) {
      if (signal?.aborted || performance.now() > deadline) {
        throw new QueueFull(`${this.jobsMax} jobs wait to be recorded; the event log keeps what comes after.`);
      }
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
