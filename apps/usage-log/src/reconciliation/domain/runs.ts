import type { Page, ReconciliationRun } from '@code-router/contracts';

/** A run that has begun, and the only one there is as long as it holds this. */
export interface OpenRun {
  readonly run: ReconciliationRun;
  /** Keeps what came of it, and lets another one begin. */
  finish(run: ReconciliationRun): Promise<void>;
}

/** What a run compares, and whether the schedule asked for it. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
  readonly scheduled: boolean;
}

/** The kept runs. One at a time is under way, whatever the number of replicas. */
export abstract class Runs {
  /** Undefined when one is under way. One that died before it finished is kept as failed. */
  abstract open(period: Period): Promise<OpenRun | undefined>;
  /** Newest first. */
  abstract list(after: string | undefined, limit: number): Promise<Page<ReconciliationRun>>;
  /** Up to when the schedule has compared everything, by runs that did not fail; undefined before the first. */
  abstract comparedUntil(): Promise<Date | undefined>;
}
