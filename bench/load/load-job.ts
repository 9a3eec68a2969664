/** What a load generator is to do: as many requests as it can until either limit. */
export interface LoadJob {
  readonly port: number;
  /** The request, in base64. */
  readonly request: string;
  /** Connections, each with one request under way. */
  readonly concurrency: number;
  /** How long requests are started. */
  readonly durationMs?: number;
  /** How many requests are started. */
  readonly requestsMax?: number;
}

/** What came of a job. Times are in microseconds. */
export interface LoadResult {
  /** Requests answered in full before the time was over. */
  readonly inTime: number;
  /** From the first request to the end of the time, or to the last answer when there was no time limit. */
  readonly elapsedUs: number;
  /** Requests answered in full, those included that were under way when the time was over. */
  readonly succeeded: number;
  readonly failed: number;
  /** What the first failure was. */
  readonly failure?: string;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Until the first byte of the body; for a stream, of its first chunk. */
  readonly firstByteP50Us: number;
  readonly firstByteP99Us: number;
}

/** What the load generator sends: that all its connections have begun to receive an answer, and the end. */
export type LoadReport = { readonly type: 'begun' } | ({ readonly type: 'finished' } & LoadResult);
