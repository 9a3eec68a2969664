const FAILURES_BEFORE_REST = 3;
const REST_MS_MIN = 5_000;
const REST_MS_MAX = 300_000;

interface Record {
  failures: number;
  restsUntil: number;
}

/**
 * Remembers which channels fail. After a few failures in a row a channel rests, longer each time; it is then tried last
 * instead of not at all, so that a request is never refused because of a guess. One success makes it well.
 */
export class ChannelHealth {
  private readonly records = new Map<string, Record>();

  constructor(private readonly now: () => number = Date.now) {}

  succeeded(channelId: string): void {
    if (this.records.size > 0) this.records.delete(channelId);
  }

  failed(channelId: string): void {
    const record = this.records.get(channelId) ?? { failures: 0, restsUntil: 0 };
    record.failures += 1;
    if (record.failures >= FAILURES_BEFORE_REST) {
      const rest = REST_MS_MIN * 2 ** (record.failures - FAILURES_BEFORE_REST);
      record.restsUntil = this.now() + Math.min(rest, REST_MS_MAX);
    }
    this.records.set(channelId, record);
  }

  isResting(channelId: string): boolean {
    return (this.records.get(channelId)?.restsUntil ?? 0) > this.now();
  }
}
