import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { UsageEventLog, type EventSubscription } from '@code-router/messaging';
import { Settle, SETTLEMENT_CONSUMER } from '../use-cases/settle.js';

const BATCH_MAX = 1_024;
/** A settlement frees what is left of its hold, so it must not wait long. */
const GATHER_MS = 20;
/** In a backlog, one batch is read and written out here while PostgreSQL has the other. */
const CONCURRENCY_MAX = 2;

/** Takes usage events from the log, and keeps its place there until they are in the books. */
@Injectable()
export class SettlementConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: EventSubscription | undefined;

  constructor(
    private readonly eventLog: UsageEventLog,
    private readonly settle: Settle,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const options = {
      consumer: SETTLEMENT_CONSUMER,
      batchMax: BATCH_MAX,
      gatherMs: GATHER_MS,
      concurrencyMax: CONCURRENCY_MAX,
    };
    this.subscription = await this.eventLog.consume(options, (events) => this.settle.execute(events));
  }

  /** After the destruction of modules, in which a gateway in the same process waits for its settlements to be posted. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
  }
}
