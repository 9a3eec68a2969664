import { Injectable, Logger } from '@nestjs/common';
import { DomainError, type ReconciliationRun, type StartReconciliation } from '@code-router/contracts';
import { Runs, type OpenRun } from '../domain/runs.js';
import { reconciliationPeriod } from '../domain/reconciliation-period.js';
import { ReconciliationSettings } from '../reconciliation-settings.js';
import { Reconcile } from './reconcile.js';

/** Begins a run that somebody asked for. */
@Injectable()
export class BeginReconciliation {
  private readonly logger = new Logger(BeginReconciliation.name);
  /** What is under way in this process, for whoever stops it. */
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly runs: Runs,
    private readonly reconcile: Reconcile,
    private readonly settings: ReconciliationSettings,
  ) {}

  /** Resolves when the run has begun. @throws DomainError `invalid_request_error`; `conflict` when one is under way. */
  async execute(request: StartReconciliation): Promise<ReconciliationRun> {
    const open = await this.open(request);
    // The run keeps what goes wrong with it; only its store can fail here, and the next run then says that it did.
    this.underWay = this.reconcile.execute(open).catch((error: unknown) => this.logger.error(error));
    return open.run;
  }

  /** Resolves when the run is done. @throws the same. */
  async toTheEnd(request: StartReconciliation): Promise<ReconciliationRun> {
    return this.reconcile.execute(await this.open(request));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.underWay;
  }

  private async open(request: StartReconciliation): Promise<OpenRun> {
    const period = reconciliationPeriod(request, this.settings.graceMs, new Date());
    const open = await this.runs.open({ ...period, scheduled: false });
    if (open) return open;
    throw new DomainError('conflict', 'A reconciliation is under way. Try again when it has finished.');
  }
}
