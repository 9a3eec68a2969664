import type {
  Page,
  ReconciliationFinding,
  ReconciliationRun,
  ReconciliationStatus,
  StartReconciliation,
} from '@code-router/contracts';
import { IsInstant, MayBeAbsent } from '../input/rules.js';

export class StartReconciliationDto implements StartReconciliation {
  /** ISO 8601 with a time zone; a day before `to` when absent. */
  @MayBeAbsent()
  @IsInstant()
  readonly from?: string;

  /** ISO 8601 with a time zone, exclusive; what is older than the grace time when absent. */
  @MayBeAbsent()
  @IsInstant()
  readonly to?: string;
}

/** One difference between ledger, usage log and event stream. */
export class ReconciliationFindingDto implements ReconciliationFinding {
  readonly kind!: ReconciliationFinding['kind'];

  /** Null when it cannot be told. */
  readonly reservationId!: string | null;

  readonly repaired!: boolean;

  /** A sentence for an operator. */
  readonly explanation!: string;
}

/** One comparison of a period. */
export class ReconciliationRunDto implements ReconciliationRun {
  readonly id!: string;
  readonly from!: string;
  readonly to!: string;
  readonly startedAt!: string;

  /** Null while it runs. */
  readonly finishedAt!: string | null;

  /** How many postings, events and records were looked at. */
  readonly checked!: number;

  readonly missingRecords!: number;
  readonly missingCharges!: number;

  /** Events of postings that the stream had lost, and has again. */
  readonly republished!: number;

  /** Of all three kinds. */
  readonly repaired!: number;

  /** What could not be repaired, amounts that differ included. */
  readonly unexplained!: number;

  readonly status!: ReconciliationStatus;

  /** The first hundred, those that could not be repaired before others. */
  readonly details!: ReconciliationFindingDto[];

  /** Why it failed; null otherwise. */
  readonly error!: string | null;
}

export class ReconciliationRunPageDto implements Page<ReconciliationRun> {
  readonly items!: ReconciliationRunDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
