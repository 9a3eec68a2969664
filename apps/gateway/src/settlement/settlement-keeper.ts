import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageEvent, type UsageData, type UsageEvent } from '@code-router/contracts';
import { faultPoint } from '@code-router/fault-points';
import { UsageEventLog } from '@code-router/messaging';

const SOURCE = `/code-router/gateway/${hostname()}`;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
/** How long a shutdown waits for settlements that nobody has acknowledged yet. */
const SHUTDOWN_WAIT_MS = 20_000;

/**
 * Publishes settlements, and keeps each until the event log has it: a broker that is away delays the books and loses
 * nothing.
 */
@Injectable()
export class SettlementKeeper implements OnApplicationShutdown {
  private readonly logger = new Logger(SettlementKeeper.name);
  private readonly open = new Map<string, Promise<void>>();
  private readonly giveUp = new AbortController();

  constructor(private readonly eventLog: UsageEventLog) {}

  /** Takes charge of a settlement. It does not fail: from here on the settlement is kept or published. */
  keep(data: UsageData): void {
    const event = usageEvent(data, SOURCE);
    faultPoint('settlement.made');
    const published = this.publish(event).finally(() => this.open.delete(event.id));
    this.open.set(event.id, published);
  }

  /** How many settlements are not yet acknowledged. */
  get openCount(): number {
    return this.open.size;
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.open.size === 0) return;
    const all = Promise.all(this.open.values());
    await Promise.race([all, sleep(SHUTDOWN_WAIT_MS, undefined, { ref: false })]);
    this.giveUp.abort();
    await all;
  }

  private async publish(event: UsageEvent): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.eventLog.publish(event);
        faultPoint('settlement.acknowledged');
        return;
      } catch (error) {
        if (this.giveUp.signal.aborted) {
          // The last resort: an operator can publish it again from the log.
          this.logger.error('A settlement could not be published before the process ended.', { event, err: error });
          return;
        }
        if (attempt === 0) this.logger.warn('A settlement could not be published yet; trying again.', { err: error });
        const wait = Math.min(RETRY_MS_MIN * 2 ** attempt, RETRY_MS_MAX);
        await sleep(wait, undefined, { signal: this.giveUp.signal }).catch(() => undefined);
      }
    }
  }
}
