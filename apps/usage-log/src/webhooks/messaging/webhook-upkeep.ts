import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import { DeliveryCounts } from '../domain/delivery-counts.js';
import { EndpointGate } from '../domain/endpoint-gate.js';
import { Webhooks } from '../domain/webhooks.js';
import { RemoveOldDeliveries } from '../use-cases/remove-old-deliveries.js';
import { ResumeDeliveries } from '../use-cases/resume-deliveries.js';

const RESUME_INTERVAL_MS = 15_000;
const REMOVE_INTERVAL_MS = 3_600_000;

/** What has to be done from time to time, in every process that delivers: each of it may be done by several at once. */
@Injectable()
export class WebhookUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookUpkeep.name);
  private readonly timers: NodeJS.Timeout[] = [];
  private underWay: Promise<void> = Promise.resolve();
  private byStatus: Readonly<Record<string, number>> = {};

  constructor(
    private readonly resumeDeliveries: ResumeDeliveries,
    private readonly removeOldDeliveries: RemoveOldDeliveries,
    private readonly webhooks: Webhooks,
    private readonly gate: EndpointGate,
    counts: DeliveryCounts,
    metrics: Metrics,
  ) {
    metrics.addGauge({
      name: 'code_router_webhook_attempts',
      help: 'What came of the attempts to deliver to webhooks, since this process started.',
      label: 'outcome',
      read: () => counts.read(),
    });
    metrics.addGauge({
      name: 'code_router_webhooks',
      help: 'Webhooks by status; one that is disabled lost its events or was switched off.',
      label: 'status',
      read: () => this.byStatus,
    });
  }

  onApplicationBootstrap(): void {
    this.every(RESUME_INTERVAL_MS, async () => {
      this.gate.forgetIdle(Date.now());
      this.byStatus = await this.webhooks.countByStatus();
      await this.resumeDeliveries.execute(new Date());
    });
    this.every(REMOVE_INTERVAL_MS, () => this.removeOldDeliveries.execute(new Date()));
  }

  /** Before the database closes. */
  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.underWay;
  }

  /** One after the other: what takes longer than its interval must not pile up. */
  private every(intervalMs: number, work: () => Promise<void>): void {
    let waiting = false;
    const run = (): void => {
      if (waiting) return;
      waiting = true;
      this.underWay = this.underWay
        .then(work)
        .catch((error: unknown) => this.logger.warn('The upkeep of webhooks failed; trying again.', { err: error }))
        .then(() => void (waiting = false));
    };
    this.timers.push(setInterval(run, intervalMs));
    run();
  }
}
