import { defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';

export type ReconciliationStatus = 'running' | 'clean' | 'repaired' | 'unexplained' | 'failed';

/** One difference between ledger, usage log and event stream. */
export interface ReconciliationFinding {
  /**
   * `missing-record`: charged, or in the stream, but not in the usage log; `missing-charge`: in the usage log or the stream,
   * but not in the ledger; `missing-event`: in the ledger, but not in the stream; `amount-differs`: in both with different
   * amounts; `unreadable-event`: in the stream, and of no use to anybody.
   */
  readonly kind: 'missing-record' | 'missing-charge' | 'missing-event' | 'amount-differs' | 'unreadable-event';
  /** Null when it cannot be told. */
  readonly reservationId: string | null;
  readonly repaired: boolean;
  /** A sentence for an operator. */
  readonly explanation: string;
}

/** One comparison of a period. */
export interface ReconciliationRun {
  readonly id: string;
  /** Inclusive: of postings, of publications and of records. ISO 8601. */
  readonly from: string;
  /** ISO 8601, exclusive. */
  readonly to: string;
  readonly startedAt: string;
  /** Null while it runs. */
  readonly finishedAt: string | null;
  /** How many postings, events and records were looked at. */
  readonly checked: number;
  readonly missingRecords: number;
  readonly missingCharges: number;
  /** Events of postings that the stream had lost, and has again. */
  readonly republished: number;
  /** Of all three kinds. */
  readonly repaired: number;
  /** What could not be repaired, amounts that differ included. */
  readonly unexplained: number;
  readonly status: ReconciliationStatus;
  /** The first hundred, those that could not be repaired before others. */
  readonly details: readonly ReconciliationFinding[];
  /** Why it failed; null otherwise. */
  readonly error: string | null;
}

export interface StartReconciliation {
  /** ISO 8601; a day before `to` when absent. */
  readonly from?: string;
  /** ISO 8601; what is older than the grace time when absent. */
  readonly to?: string;
}

export const ReconciliationMessages = {
  list: defineRequest<PageRequest, Page<ReconciliationRun>>('usage-log.reconciliation.list'),
  /** Answers when it has begun. */
  start: defineRequest<StartReconciliation, ReconciliationRun>('usage-log.reconciliation.start'),
} as const;
