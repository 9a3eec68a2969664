import { Injectable } from '@nestjs/common';
import { storable, type PostedUsage, type UsageEvent } from '@code-router/contracts';
import { readUsageEvent } from '../../domain/event-reader.js';
import { keptEvents } from '../../domain/kept-events.js';
import { RecordUsage } from '../../use-cases/record-usage.js';
import type { Findings } from '../domain/findings.js';
import { LedgerSide } from '../domain/ledger-side.js';
import { RecordedUsages, type RecordedUsage } from '../domain/recorded-usage.js';

/** Brings into the usage log what the ledger or the event stream has and the log has not. */
@Injectable()
export class RestoreRecords {
  constructor(
    private readonly ledger: LedgerSide,
    private readonly recorded: RecordedUsages,
    private readonly recordUsage: RecordUsage,
  ) {}

  /** Compares postings with records; what is missing is restored from the events that quota keeps beside them. */
  async fromPostings(postings: readonly PostedUsage[], findings: Findings): Promise<void> {
    const recorded = await this.recorded.find(postings.map(({ reservationId }) => reservationId));
    const missing = postings.filter((posting) => isMissing(posting, recorded.get(posting.reservationId)));
    for (const posting of postings) reportDifference(posting, recorded.get(posting.reservationId), findings);
    if (missing.length === 0) return;
    const events = await this.ledger.events(missing.map(({ reservationId }) => reservationId));
    await this.record(events, findings);
    const known = new Set(events.map(({ data }) => `${data.reservationId} ${data.outcome}`));
    for (const { reservationId, outcome } of missing) {
      if (known.has(`${reservationId} ${outcome}`)) continue;
      const explanation = `It was posted as ${outcome}, and neither the usage log nor quota has its event any more.`;
      findings.add({ kind: 'missing-record', reservationId, repaired: false, explanation });
    }
  }

  /** Records those events of the stream that are not recorded yet. */
  async fromEvents(events: readonly UsageEvent[], findings: Findings): Promise<void> {
    const recorded = await this.recorded.find(events.map(({ data }) => data.reservationId));
    const missing = events.filter(({ data }) => isMissing(data, recorded.get(data.reservationId)));
    await this.record(missing, findings);
  }

  private async record(found: readonly UsageEvent[], findings: Findings): Promise<void> {
    // An event that was published again is in the stream twice.
    const events = [...new Map(found.map((event) => [event.id, event])).values()];
    if (events.length === 0) return;
    const { unrecordable } = await this.recordUsage.execute(keptEvents(events.map((event) => storable(event))));
    const refused = new Map(unrecordable.map(({ event, reason }) => [eventKey(event), reason]));
    const recorded = await this.recorded.find(events.map(({ data }) => data.reservationId));
    for (const event of events) {
      const { reservationId, outcome } = event.data;
      const reason = refused.get(eventKey(event));
      const isThere = !isMissing(event.data, recorded.get(reservationId));
      if (!isThere && reason === undefined) {
        const explanation = 'It is older than records are kept for.';
        findings.add({ kind: 'missing-record', reservationId, repaired: false, explanation });
        continue;
      }
      const explanation = isThere ? `Recorded as ${outcome}.` : `It cannot be recorded: ${reason}.`;
      findings.add({ kind: 'missing-record', reservationId, repaired: isThere, explanation });
    }
  }
}

/** Events that can be read, and what is to be said of the others. */
export function readable(published: readonly unknown[], findings: Findings): readonly UsageEvent[] {
  return published.flatMap((event) => {
    const read = readUsageEvent(event);
    if ('data' in read) return [event as UsageEvent];
    const { id, data } = (event ?? {}) as Partial<UsageEvent>;
    const reservationId = typeof data?.reservationId === 'string' ? data.reservationId : null;
    const explanation = `The event ${String(id)} of the stream is of no use: ${read.reason}.`;
    findings.add({ kind: 'unreadable-event', reservationId, repaired: false, explanation });
    return [];
  });
}

/** An orphan that its settlement replaced is not missing; a settlement whose orphan is all there is, is. */
function isMissing({ outcome }: Pick<PostedUsage, 'outcome'>, recorded: RecordedUsage | undefined): boolean {
  return recorded === undefined || (recorded.outcome === 'orphaned' && outcome !== 'orphaned');
}

function reportDifference(posting: PostedUsage, recorded: RecordedUsage | undefined, findings: Findings): void {
  const comparable = recorded && (recorded.outcome === 'orphaned') === (posting.outcome === 'orphaned');
  if (!comparable || recorded.amountNanos === posting.amountNanos) return;
  const { reservationId } = posting;
  const explanation = `The ledger says ${posting.amountNanos} nanos, the usage log ${recorded.amountNanos}.`;
  findings.add({ kind: 'amount-differs', reservationId, repaired: false, explanation });
}

function eventKey(event: unknown): string {
  return String((event as Partial<UsageEvent>).id);
}
