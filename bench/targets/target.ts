import type { Endpoint } from '../load/chat-request.js';
import type { MeasuredProcess } from '../measure/proc.js';

export const TARGET_NAMES = ['direct', 'bare proxy', 'portkey', 'standalone', 'distributed'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** Something that answers the requests of the benchmark, started by it. */
export interface Target extends Endpoint {
  readonly name: TargetName;
  /** The process that takes the requests; none for the upstream itself, which is measured beside each target. */
  readonly edge?: string;
  /** Its own processes and those of its servers. */
  readonly processes: readonly MeasuredProcess[];
  /** Code Router's: what it has charged. */
  readonly books?: Books;
  stop(): Promise<void>;
}

/** What the requests of the benchmark have cost, as Code Router has it. */
export interface Books {
  /** Counts requests that were answered, so that their price is expected. */
  expect(requests: number): void;
  /**
   * Resolves when everything that was expected is in the balance and in the usage log and nothing is held, to the
   * milliseconds that this took.
   *
   * @throws Error with the difference when it does not come to that, or when the ledger holds another sum.
   */
  settled(): Promise<number>;
  /** @throws Error unless the ledger holds one charge of the right amount for each request that was expected. */
  verify(): Promise<BooksSummary>;
}

export interface BooksSummary {
  readonly requests: number;
  readonly charges: number;
  readonly usageRecords: number;
  readonly chargedNanos: bigint;
}
