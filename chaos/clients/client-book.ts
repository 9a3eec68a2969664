/**
 * How a call ended, as its client saw it.
 *
 * - `succeeded`: the whole answer came.
 * - `left`: the client went away on purpose, in the middle or before anything came.
 * - `broken`: the answer began, and broke off or told of an error.
 * - `refused`: the gateway answered with a status of 4xx; `failed`: of 5xx, or not at all.
 * - `hung`: nothing ended it within its bound.
 */
export type ClientOutcome = 'succeeded' | 'left' | 'broken' | 'refused' | 'failed' | 'hung';

/** What a client says about one call. */
export interface ClientEntry {
  readonly callId: string;
  readonly gateway: string;
  readonly stream: boolean;
  /** As the answer's head told; undefined when none came. */
  readonly requestId: string | undefined;
  readonly outcome: ClientOutcome;
  readonly status: number | undefined;
  /** Pieces of text that arrived. */
  readonly pieces: number;
  /** From the first of them to the last. */
  readonly receivingMs: number;
  /** What the answer said that it cost; undefined when it said nothing. */
  readonly toldNanos: bigint | undefined;
  readonly endedAt: number;
}

/** What the clients received, as they saw it: the third of the three books. */
export class ClientBook {
  readonly entries: ClientEntry[] = [];

  add(entry: ClientEntry): void {
    this.entries.push(entry);
  }
}
