import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { UsageDeadLetters, UsageEventLog, type ConsumerLag } from '@code-router/messaging';
import { Metrics } from '@code-router/observability';

/** The gauges of one scrape share what was read. */
const FRESH_MS = 1_000;
const READ_MS_MAX = 2_000;

interface Figures {
  readonly lags: readonly ConsumerLag[];
  readonly deadLetters: number;
}

/** Shows to Prometheus how far behind the consumers of usage events in this process are, whatever replica is at work. */
@Injectable()
export class EventLogMetrics implements OnModuleInit {
  private readonly logger = new Logger(EventLogMetrics.name);
  private readAt = 0;
  private figures: Promise<Figures | undefined> = Promise.resolve(undefined);

  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(UsageEventLog) private readonly eventLog: UsageEventLog,
    @Inject(UsageDeadLetters) private readonly deadLetters: UsageDeadLetters,
  ) {}

  onModuleInit(): void {
    this.addLag('pending', 'Usage events that a consumer was not handed yet.', ({ pending }) => pending);
    this.addLag('ack_pending', 'Usage events that a consumer has in hand.', ({ ackPending }) => ackPending);
    this.addLag(
      'redelivered',
      'Of those in hand, events that were handed over before.',
      ({ redelivered }) => redelivered,
    );
    this.addLag(
      'oldest_seconds',
      'The age of the oldest usage event that a consumer has not handled; none while it is not known.',
      ({ lagMs }) => (lagMs === null ? undefined : lagMs / 1_000),
    );
    this.metrics.addGauge({
      name: 'code_router_dead_letters',
      help: 'Usage events that a consumer could not handle, until they are delivered again.',
      label: 'log',
      read: async (): Promise<Readonly<Record<string, number>>> => {
        const figures = this.eventLog.consumersHere.size > 0 ? await this.fresh() : undefined;
        return figures ? { usage: figures.deadLetters } : {};
      },
    });
  }

  private addLag(name: string, help: string, valueOf: (lag: ConsumerLag) => number | undefined): void {
    this.metrics.addGauge({
      name: `code_router_consumer_${name}`,
      help,
      label: 'consumer',
      read: async () => {
        if (this.eventLog.consumersHere.size === 0) return {};
        const figures = await this.fresh();
        const here = figures?.lags.filter((lag) => this.eventLog.consumersHere.has(lag.name)) ?? [];
        return Object.fromEntries(
          here.flatMap((lag) => {
            const value = valueOf(lag);
            return value === undefined ? [] : [[lag.name, value]];
          }),
        );
      },
    });
  }

  private fresh(): Promise<Figures | undefined> {
    if (Date.now() - this.readAt > FRESH_MS) {
      this.readAt = Date.now();
      this.figures = this.read();
    }
    return this.figures;
  }

  /** Undefined when the log does not answer: then there are no values, which is a reason for an alert as well. */
  private async read(): Promise<Figures | undefined> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${READ_MS_MAX} ms`)), READ_MS_MAX);
      });
      const [lags, deadLetters] = await Promise.race([
        Promise.all([this.eventLog.lags(), this.deadLetters.count()]),
        late,
      ]);
      return { lags, deadLetters };
    } catch (error) {
      this.logger.warn('The lag of consumers cannot be read now.', { err: error });
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
