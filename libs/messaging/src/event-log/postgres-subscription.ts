import { once, type EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Pace } from '@code-router/batching';
import { retryDelayMs, type ConsumeOptions, type EventSubscription } from './usage-event-log.js';

/** Consumers hear of new events in this process at once, and of those of another process when they look. */
const POLL_INTERVAL_MS = 1_000;

/** What a subscription asks of its log. */
export interface ReadLog {
  /** Hands the next batch over, if there is one. @returns whether there may be more. */
  handleNext(started: () => void): Promise<boolean>;
  /** Hands over again what is due. */
  retryDue(): Promise<void>;
}

/** Reads whenever something arrived, and from time to time in case another process wrote. */
export class PostgresSubscription implements EventSubscription {
  private readonly logger = new Logger('PostgresEventLog');
  private readonly abort = new AbortController();
  private readonly running: Promise<void>;
  private readonly pace: Pace;
  private failures = 0;
  private pending = true;
  private retryAt = 0;

  constructor(
    private readonly log: ReadLog,
    private readonly arrivals: EventEmitter,
    private readonly options: ConsumeOptions,
    private readonly retryMsMax: number,
  ) {
    this.pace = new Pace(options.gatherMs ?? 0);
    this.arrivals.on('arrived', this.noteArrival);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    this.pace.stop();
    this.arrivals.off('arrived', this.noteArrival);
    await this.running;
  }

  private readonly noteArrival = (): void => {
    this.pending = true;
  };

  private async run(): Promise<void> {
    let more = false;
    for (;;) {
      if (!more) await this.pace.wait();
      if (this.abort.signal.aborted) return;
      this.pending = false;
      try {
        await this.retryNowAndThen();
        more = await this.log.handleNext(() => this.pace.started());
        this.failures = 0;
        if (!more && !this.pending) await this.untilArrival(POLL_INTERVAL_MS);
      } catch (error) {
        more = false;
        this.failures += 1;
        this.logger.error(error, { consumer: this.options.consumer, failures: this.failures });
        // New arrivals must not shorten the back-off.
        await sleep(retryDelayMs(this.failures, this.retryMsMax), undefined, { signal: this.abort.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  private async retryNowAndThen(): Promise<void> {
    if (Date.now() < this.retryAt) return;
    this.retryAt = Date.now() + Math.min(POLL_INTERVAL_MS, this.retryMsMax);
    await this.log.retryDue();
  }

  private async untilArrival(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.any([this.abort.signal, AbortSignal.timeout(timeoutMs)]);
    await once(this.arrivals, 'arrived', { signal }).catch(() => undefined);
  }
}
