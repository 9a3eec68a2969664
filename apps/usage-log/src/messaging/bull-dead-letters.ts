import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import type { UsageDeadLetter } from '@code-router/contracts';
import { DeadLetters } from '../domain/dead-letters.js';
import { eventsOf, USAGE_QUEUE, type UsageJob } from './usage-queue.js';

/** The failed set of the queue. */
@Injectable()
export class BullDeadLetters extends DeadLetters {
  constructor(@InjectQueue(USAGE_QUEUE) private readonly queue: Queue<UsageJob>) {
    super();
  }

  override async list(offset: number, limit: number): Promise<readonly UsageDeadLetter[]> {
    const jobs = await this.queue.getFailed(offset, offset + limit - 1);
    return jobs.map(deadLetterOf);
  }

  override async replay(ids?: readonly string[]): Promise<number> {
    if (!ids) {
      const failed = await this.queue.getFailedCount();
      await this.queue.retryJobs({ state: 'failed' });
      return failed;
    }
    let replayed = 0;
    for (const id of new Set(ids)) {
      const job = await this.queue.getJob(id);
      if (!job || !(await job.isFailed())) continue;
      await job.retry('failed');
      replayed += 1;
    }
    return replayed;
  }
}

function deadLetterOf(job: Job<UsageJob>): UsageDeadLetter {
  return {
    id: job.id ?? '',
    eventIds: idsOf(job.data),
    reason: job.failedReason,
    attempts: job.attemptsMade,
    failedAt: new Date(job.finishedOn ?? job.timestamp).toISOString(),
  };
}

/** None where the job cannot be read, which is why it failed. */
function idsOf(job: UsageJob): readonly string[] {
  try {
    return [...eventsOf(job).read()].flatMap(idOf);
  } catch {
    return [];
  }
}

/** None of what is no event. */
function idOf(event: unknown): readonly string[] {
  const id = typeof event === 'object' && event !== null && 'id' in event ? event.id : undefined;
  return typeof id === 'string' ? [id] : [];
}
