/** What the upstream says about one call that it got. */
export interface UpstreamEntry {
  readonly callId: string;
  /** The gateway's id of the request. */
  readonly requestId: string;
  readonly promptTokens: number;
  /** Pieces of text that were written, each a token. */
  produced: number;
  /** The output tokens that it reported; null when it reported no usage. */
  reported: number | null;
  /** It wrote its answer to the end. */
  isWhole: boolean;
}

/** What the upstream served, as it saw it: the first of the three books. */
export class UpstreamBook {
  readonly entries: UpstreamEntry[] = [];
  private readonly calls = new Map<string, number>();

  open(callId: string, requestId: string, promptTokens: number): UpstreamEntry {
    const entry = { callId, requestId, promptTokens, produced: 0, reported: null, isWhole: false };
    this.entries.push(entry);
    this.calls.set(callId, this.callsOf(callId) + 1);
    return entry;
  }

  callsOf(callId: string): number {
    return this.calls.get(callId) ?? 0;
  }
}
