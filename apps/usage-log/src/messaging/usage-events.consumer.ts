import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UsageEventLog, type EventSubscription } from '@code-router/messaging';
import { EnqueueUsage } from '../use-cases/enqueue-usage.js';

/** The durable name under which the event log remembers how far the usage log has read. */
const CONSUMER = 'usage-log';
const BATCH_MAX = 1_024;
/** A job costs the same for one event as for many, and nobody waits for it: it may show a fifth of a second later. */
const GATHER_MS = 200;

/** Reads the event log for as long as the process runs. A batch is acknowledged when its job is kept. */
@Injectable()
export class UsageEventsConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private subscription: EventSubscription | undefined;

  constructor(
    private readonly eventLog: UsageEventLog,
    private readonly enqueueUsage: EnqueueUsage,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const options = { consumer: CONSUMER, batchMax: BATCH_MAX, gatherMs: GATHER_MS };
    const { signal } = this.stopping;
    this.subscription = await this.eventLog.consumeBodies(options, (bodies) =>
      this.enqueueUsage.execute(bodies, signal),
    );
  }

  /** Before the queue closes: the batch under way still needs it. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
  }
}
