import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import { AuditBooks } from '../use-cases/audit-books.js';

const REFRESH_MS_MIN = 30_000;
/** Auditing reads the whole ledger: it may take this share of the time, however large the ledger is. */
const SHARE_OF_TIME = 1 / 20;

/**
 * Shows the audit to Prometheus. A scrape gets what the last audit counted and starts the next one when it is due, so
 * that it never waits; while the books cannot be audited there are no values, which is a reason for an alert as well.
 */
@Injectable()
export class AuditMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AuditMetrics.name);
  private counts: Readonly<Record<string, number>> = {};
  private dueAt = 0;
  private underWay: Promise<void> | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly auditBooks: AuditBooks,
  ) {}

  onModuleInit(): void {
    this.metrics.addGauge({
      name: 'code_router_audit_violations',
      help: 'What contradicts the invariants of the books, by the check that counts it. Anything but zero is a defect.',
      label: 'check',
      read: () => {
        if (Date.now() >= this.dueAt) this.underWay ??= this.audit();
        return this.counts;
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.dueAt = Number.POSITIVE_INFINITY;
    await this.underWay;
  }

  private async audit(): Promise<void> {
    const startedAt = Date.now();
    try {
      this.counts = { ...(await this.auditBooks.execute()) };
    } catch (error) {
      this.counts = {};
      this.logger.warn('The books could not be audited.', { err: error });
    }
    const tookMs = Date.now() - startedAt;
    this.dueAt = Math.max(this.dueAt, Date.now() + Math.max(REFRESH_MS_MIN, tookMs / SHARE_OF_TIME));
    this.underWay = undefined;
  }
}
