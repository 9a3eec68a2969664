import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UsageEventLog, type EventSubscription } from '@code-router/messaging';
import { Settle } from '../use-cases/settle.js';

/** The durable name: replicas of this service share the events. */
const CONSUMER = 'quota';
const BATCH_MAX = 512;
/** A settlement frees what is left of its hold, so it must not wait long. */
const GATHER_MS = 20;

/** Takes usage events from the log, and keeps its place there until they are in the books. */
@Injectable()
export class SettlementConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  private subscription: EventSubscription | undefined;

  constructor(
    private readonly eventLog: UsageEventLog,
    private readonly settle: Settle,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const options = { consumer: CONSUMER, batchMax: BATCH_MAX, gatherMs: GATHER_MS };
    this.subscription = await this.eventLog.consume(options, (events) => this.settle.execute(events));
  }

  async onModuleDestroy(): Promise<void> {
    await this.subscription?.stop();
  }
}
