import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { UnrecoverableError, type Job, type Queue } from 'bullmq';
import { faultPoint } from '@code-router/fault-points';
import { UsageJobs } from '../domain/usage-jobs.js';
import { RecordUsage } from '../use-cases/record-usage.js';
import { closeWorker } from './close-worker.js';
import { QueueErrors } from './queue-errors.js';
import { RecordingLag } from './recording-lag.js';
import { eventsOf, retryDelayMs, USAGE_QUEUE, type UsageJob } from './usage-queue.js';
import { workerOptions } from './worker-options.js';

/** Jobs that one process has at a time. Eight full ones are recorded together, eight others beside, and eight wait. */
const CONCURRENCY = 24;

/** What fails more often is seen to by a person: the database is away for long, or something is wrong with the program. */
const FAILURES_AS_WARNINGS = 5;
const AGAIN = 'Usage was not recorded; it will be tried again.';

/** Works the queue off. A job that was begun before, by whatever worker, may be begun again: recording is idempotent. */
@Processor(USAGE_QUEUE, workerOptions(CONCURRENCY, { backoffStrategy: retryDelayMs }))
export class UsageWorker extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageWorker.name);
  private readonly errors = new QueueErrors(this.logger);

  constructor(
    private readonly recordUsage: RecordUsage,
    private readonly jobs: UsageJobs,
    private readonly lag: RecordingLag,
    @InjectQueue(USAGE_QUEUE) private readonly queue: Queue<UsageJob>,
  ) {
    super();
  }

  /**
   * What can never be recorded leaves the batch and fails on its own, so that each dead letter is one event with its
   * reason and the rest of the batch is done with.
   */
  override async process({ data }: Job<UsageJob>): Promise<void> {
    faultPoint('usage.taken');
    const events = eventsOf(data);
    const { unrecordable, unreadable, oldestAtMs } = await this.recordUsage.execute(events);
    if (oldestAtMs !== undefined) this.lag.note(oldestAtMs);
    faultPoint('usage.recorded');
    if (unreadable !== undefined) throw new UnrecoverableError(unreadable);
    const [first] = unrecordable;
    if (!first) return;
    if (events.count === 1) throw new UnrecoverableError(first.reason);
    await this.jobs.addEach(unrecordable.map(({ event }) => event));
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<UsageJob> | undefined, error: Error): void {
    const facts = { job: job?.id, attempts: job?.attemptsMade, events: job && eventsOf(job.data).count, err: error };
    const isKept = !job || job.finishedOn !== undefined;
    if (isKept) this.logger.error('Usage was not recorded and is kept among the failed jobs.', facts);
    else if (job.attemptsMade <= FAILURES_AS_WARNINGS) this.logger.warn(AGAIN, facts);
    else this.logger.error(AGAIN, facts);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.errors.log(error);
  }

  /** Before the database closes: the jobs under way still need it. */
  async beforeApplicationShutdown(): Promise<void> {
    await closeWorker(this.worker, this.queue);
  }
}
