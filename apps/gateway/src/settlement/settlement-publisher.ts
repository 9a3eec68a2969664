import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { UsageEventLog } from '@code-router/messaging';
import type { OpenSettlement } from './open-settlement.js';

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
const BATCH_MAX = 256;
/** Of those that wait, so many are kept in memory; the others are read again from the journal. */
const BODIES_MAX = 4_096;

interface Settlements {
  /** The event as JSON. @throws Error when it is nowhere any more. */
  bodyOf(settlement: OpenSettlement): Uint8Array;
  /** The log has acknowledged it. */
  published(settlement: OpenSettlement): void;
  /** Its event is nowhere any more. */
  lost(settlement: OpenSettlement, error: unknown): void;
}

/**
 * Publishes settlements until the event log has each. While the log is there each leaves at once; when it was away, they
 * leave in the order in which they were kept, a batch at a time.
 */
export class SettlementPublisher {
  private readonly logger = new Logger(SettlementPublisher.name);
  private readonly backlog: OpenSettlement[] = [];
  private readonly giveUp = new AbortController();
  private draining: Promise<void> | undefined;

  constructor(
    private readonly eventLog: UsageEventLog,
    private readonly settlements: Settlements,
  ) {}

  publish(settlement: OpenSettlement): void {
    if (this.draining) {
      this.enqueue(settlement);
      return;
    }
    this.send(settlement).catch((error: unknown) => {
      if (!this.draining) this.logger.warn('Settlements cannot be published yet; trying again.', { err: error });
      this.enqueue(settlement);
    });
  }

  /** Publishes these before anything else that waits. */
  replay(settlements: readonly OpenSettlement[]): void {
    for (const settlement of settlements) this.enqueue(settlement);
  }

  /** Tries no more, and resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.giveUp.abort();
    await this.draining;
  }

  private enqueue(settlement: OpenSettlement): void {
    if (settlement.place && this.backlog.length >= BODIES_MAX) settlement.body = undefined;
    this.backlog.push(settlement);
    this.startDraining();
  }

  private startDraining(): void {
    if (this.draining || this.giveUp.signal.aborted) return;
    this.draining = this.drain().finally(() => {
      this.draining = undefined;
      // What came after the last look and before this moment still waits.
      if (this.backlog.length > 0) this.startDraining();
    });
  }

  private async drain(): Promise<void> {
    const { signal } = this.giveUp;
    for (let failures = 0; this.backlog.length > 0 && !signal.aborted;) {
      if (failures > 0) {
        const waitMs = Math.min(RETRY_MS_MIN * 2 ** (failures - 1), RETRY_MS_MAX);
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
      const failed = await this.sendBatch(this.backlog.splice(0, BATCH_MAX));
      failures = failed.length === 0 ? 0 : failures + 1;
    }
  }

  /** @returns those that still wait. */
  private async sendBatch(batch: readonly OpenSettlement[]): Promise<readonly OpenSettlement[]> {
    const open = batch.filter(({ isClosed }) => !isClosed);
    const results = await Promise.allSettled(open.map((settlement) => this.send(settlement)));
    const failed = open.filter((_, index) => results[index]?.status === 'rejected');
    // Where others could be published, those that could not must not be in the way of what comes after them.
    if (failed.length === open.length) this.backlog.unshift(...failed);
    else this.backlog.push(...failed);
    return failed;
  }

  private async send(settlement: OpenSettlement): Promise<void> {
    const { subject, messageId } = settlement;
    let body: Uint8Array;
    try {
      body = this.settlements.bodyOf(settlement);
    } catch (error) {
      this.settlements.lost(settlement, error);
      return;
    }
    settlement.position = await this.eventLog.publishSerialized({ subject, messageId, body });
    this.settlements.published(settlement);
  }
}
