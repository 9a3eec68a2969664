import { Injectable, Logger } from '@nestjs/common';
import { usageEvent, usageEventId, type PostedUsage, type ReconciliationRun } from '@code-router/contracts';
import { UsageEventHistory, type StoredEvent } from '@code-router/messaging';
import { Findings } from '../domain/findings.js';
import { LedgerSide } from '../domain/ledger-side.js';
import { RecordedUsages } from '../domain/recorded-usage.js';
import type { OpenRun } from '../domain/runs.js';
import { StreamGap } from '../domain/stream-gap.js';
import { ReconciliationSettings } from '../reconciliation-settings.js';
import { readable, RestoreRecords } from './restore-records.js';
import { RestoreCharges } from './restore-charges.js';
import { eventIdOf, RestoreEvents } from './restore-events.js';

const BATCH_MAX = 500;
/** Their ids are held in memory. */
const MISSING_EVENTS_MAX = 100_000;
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
    private readonly restoreEvents: RestoreEvents,
    private readonly settings: ReconciliationSettings,
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
    const gap = new StreamGap(MISSING_EVENTS_MAX);
    const postings = this.ledger.posted(from, to)[Symbol.asyncIterator]();
    // What was posted at first was published before.
    const since = new Date(from.getTime() - this.settings.graceMs);
    const stored = this.history.read({ publishedSince: since }, BATCH_MAX)[Symbol.asyncIterator]();
    try {
      let posted = await postings.next();
      let published = await stored.next();
      // In the order of time, so that what was posted meets its event soon.
      while (!posted.done || !published.done) {
        if (!published.done && (posted.done || endOf(published.value) < lastPosting(posted.value))) {
          await this.compareStored(published.value, { from, to }, gap, findings);
          // The stream is in the order of publication.
          published = endOf(published.value) < to.getTime() ? await stored.next() : { done: true, value: undefined };
        } else if (!posted.done) {
          await this.comparePostings(posted.value, gap, findings);
          posted = await postings.next();
        }
      }
    } finally {
      await stored.return?.();
      await postings.return?.();
    }
    await this.restoreEvents.execute(gap, findings);
    for await (const usages of this.recorded.read(from, to, BATCH_MAX)) {
      findings.look(usages.length);
      await this.restoreCharges.execute(
        usages.map((usage) => usageEvent(usage, SOURCE)),
        findings,
      );
    }
  }

  private async comparePostings(postings: readonly PostedUsage[], gap: StreamGap, findings: Findings): Promise<void> {
    findings.look(postings.length);
    for (const posting of postings) gap.addPosting(usageEventId(posting), posting.reservationId);
    await this.restoreRecords.fromPostings(postings, findings);
  }

  private async compareStored(
    stored: readonly StoredEvent[],
    { from, to }: { readonly from: Date; readonly to: Date },
    gap: StreamGap,
    findings: Findings,
  ): Promise<void> {
    for (const { event } of stored) gap.addEvent(eventIdOf(event));
    const ofPeriod = stored.filter(({ publishedAt }) => publishedAt >= from && publishedAt < to);
    findings.look(ofPeriod.length);
    const events = readable(
      ofPeriod.map(({ event }) => event),
      findings,
    );
    await this.restoreRecords.fromEvents(events, findings);
    await this.restoreCharges.execute(events, findings);
  }

  private report({ id, from, to, status, checked, repaired, unexplained, error }: ReconciliationRun): void {
    const facts = { run: id, from, to, status, checked, repaired, unexplained, error };
    if (status === 'clean') this.logger.log('Ledger, usage log and event stream agree.', facts);
    else if (status === 'repaired') this.logger.warn('Ledger, usage log and event stream agree again.', facts);
    else this.logger.error('Ledger, usage log and event stream do not agree, or could not be compared.', facts);
  }
}

function endOf(stored: readonly StoredEvent[]): number {
  return stored.at(-1)?.publishedAt.getTime() ?? 0;
}

function lastPosting(postings: readonly PostedUsage[]): number {
  return Date.parse(postings.at(-1)?.postedAt ?? '');
}
