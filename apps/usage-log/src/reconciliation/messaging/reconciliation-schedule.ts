import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import { Runs } from '../domain/runs.js';
import { ReconciliationSettings } from '../reconciliation-settings.js';
import { BeginReconciliation } from '../use-cases/begin-reconciliation.js';
import { ReconcileOnSchedule } from '../use-cases/reconcile-on-schedule.js';

/** Reconciles from time to time, and shows what came of the last run, whichever replica it was that ran. */
@Injectable()
export class ReconciliationSchedule implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ReconciliationSchedule.name);
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private running = false;
  private last: Readonly<Record<string, number>> = {};

  constructor(
    private readonly reconcileOnSchedule: ReconcileOnSchedule,
    private readonly beginReconciliation: BeginReconciliation,
    private readonly runs: Runs,
    private readonly settings: ReconciliationSettings,
    metrics: Metrics,
  ) {
    metrics.addGauge({
      name: 'code_router_reconciliation',
      help: 'What the last finished run found: repaired, unexplained, failed (1 or 0), and when it ended (seconds).',
      label: 'what',
      read: () => this.last,
    });
  }

  onApplicationBootstrap(): void {
    if (this.settings.intervalMs === 0) return;
    this.timer = setInterval(() => this.run(), this.settings.intervalMs);
  }

  /** Before the database closes: a run under way ends first. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([this.underWay, this.beginReconciliation.idle()]);
  }

  private run(): void {
    if (this.running) return;
    this.running = true;
    this.underWay = this.reconcileOnSchedule
      .execute(new Date())
      .then(() => this.remember())
      .catch((error: unknown) => this.logger.error(error))
      .then(() => void (this.running = false));
  }

  private async remember(): Promise<void> {
    const { items } = await this.runs.list(undefined, 10);
    const last = items.find(({ finishedAt }) => finishedAt !== null);
    if (!last) return;
    this.last = {
      repaired: last.repaired,
      unexplained: last.unexplained,
      failed: last.status === 'failed' ? 1 : 0,
      finished_at: Date.parse(last.finishedAt ?? last.startedAt) / 1_000,
    };
  }
}
