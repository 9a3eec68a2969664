import { Injectable, Logger } from '@nestjs/common';
import { usageEvent, type ReconciliationRun } from '@code-router/contracts';
import { UsageEventHistory } from '@code-router/messaging';
import { Findings } from '../domain/findings.js';
import { LedgerSide } from '../domain/ledger-side.js';
import { RecordedUsages } from '../domain/recorded-usage.js';
import type { OpenRun } from '../domain/runs.js';
import { readable, RestoreRecords } from './restore-records.js';
import { RestoreCharges } from './restore-charges.js';

const BATCH_MAX = 500;
/** Who published an event that was made from its record. */
const SOURCE = '/code-router/usage-log/reconciliation';

/**
 * Compares ledger, usage log and event stream over a period, each with the two others, and repairs what one of them has
 * and another has not. Everything it does may be done again: records and charges are unique by reservation.
 */
@Injectable()
export class Reconcile {
  private readonly logger = new Logger(Reconcile.name);

  constructor(
    private readonly ledger: LedgerSide,
    private readonly history: UsageEventHistory,
    private readonly recorded: RecordedUsages,
    private readonly restoreRecords: RestoreRecords,
    private readonly restoreCharges: RestoreCharges,
  ) {}

  /** Never rejects but for the store of runs: what goes wrong is what came of the run. */
  async execute({ run, finish }: OpenRun): Promise<ReconciliationRun> {
    const findings = new Findings();
    let error: string | null = null;
    try {
      await this.compare(new Date(run.from), new Date(run.to), findings);
    } catch (failure) {
      error = failure instanceof Error ? failure.message : String(failure);
      this.logger.error(failure, { run: run.id });
    }
    const summary = findings.summary();
    const finished: ReconciliationRun = {
      ...run,
      ...summary,
      status: error === null ? summary.status : 'failed',
      error,
      finishedAt: new Date().toISOString(),
    };
    await finish(finished);
    this.report(finished);
    return finished;
  }

  private async compare(from: Date, to: Date, findings: Findings): Promise<void> {
    for await (const postings of this.ledger.posted(from, to)) {
      findings.look(postings.length);
      await this.restoreRecords.fromPostings(postings, findings);
    }
    for await (const stored of this.history.read({ publishedSince: from }, BATCH_MAX)) {
      const ofPeriod = stored.filter(({ publishedAt }) => publishedAt < to);
      findings.look(ofPeriod.length);
      const events = readable(
        ofPeriod.map(({ event }) => event),
        findings,
      );
      await this.restoreRecords.fromEvents(events, findings);
      await this.restoreCharges.execute(events, findings);
      // The stream is in the order of publication.
      if (ofPeriod.length < stored.length) break;
    }
    for await (const usages of this.recorded.read(from, to, BATCH_MAX)) {
      findings.look(usages.length);
      await this.restoreCharges.execute(
        usages.map((usage) => usageEvent(usage, SOURCE)),
        findings,
      );
    }
  }

  private report({ id, from, to, status, checked, repaired, unexplained, error }: ReconciliationRun): void {
    const facts = { run: id, from, to, status, checked, repaired, unexplained, error };
    if (status === 'clean') this.logger.log('Ledger, usage log and event stream agree.', facts);
    else if (status === 'repaired') this.logger.warn('Ledger, usage log and event stream agree again.', facts);
    else this.logger.error('Ledger, usage log and event stream do not agree, or could not be compared.', facts);
  }
}
