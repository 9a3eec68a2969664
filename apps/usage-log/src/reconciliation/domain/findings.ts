import type { ReconciliationFinding, ReconciliationRun } from '@code-router/contracts';

const DETAILS_MAX = 100;

/** What one run has found so far. */
export class Findings {
  private checked = 0;
  private readonly counts = {
    'missing-record': 0,
    'missing-charge': 0,
    'missing-event': 0,
    'amount-differs': 0,
    'unreadable-event': 0,
  };
  private republished = 0;
  private repaired = 0;
  private readonly repairs: ReconciliationFinding[] = [];
  /** What cannot be repaired is met again on the next way to it, and counts once. */
  private readonly unexplained = new Map<string, ReconciliationFinding>();

  /** Notes that so many postings, events or records were looked at. */
  look(count: number): void {
    this.checked += count;
  }

  add(finding: ReconciliationFinding): void {
    const key = `${finding.kind} ${finding.reservationId ?? finding.explanation}`;
    if (this.unexplained.has(key)) return;
    this.counts[finding.kind] += 1;
    if (!finding.repaired) {
      this.unexplained.set(key, finding);
      return;
    }
    this.repaired += 1;
    if (finding.kind === 'missing-event') this.republished += 1;
    if (this.repairs.length < DETAILS_MAX) this.repairs.push(finding);
  }

  summary(): Pick<
    ReconciliationRun,
    'checked' | 'missingRecords' | 'missingCharges' | 'republished' | 'repaired' | 'unexplained' | 'status' | 'details'
  > {
    return {
      checked: this.checked,
      missingRecords: this.counts['missing-record'],
      missingCharges: this.counts['missing-charge'],
      republished: this.republished,
      repaired: this.repaired,
      unexplained: this.unexplained.size,
      status: this.unexplained.size > 0 ? 'unexplained' : this.repaired > 0 ? 'repaired' : 'clean',
      details: [...this.unexplained.values(), ...this.repairs].slice(0, DETAILS_MAX),
    };
  }
}
