const MINUTE_MS = 60_000;
const MINUTES = 15;
/** Enough for percentiles of a minute; more would only cost memory. */
const LATENCIES_MAX = 200;

interface Minute {
  readonly startsAt: number;
  requests: number;
  failures: number;
  readonly latenciesMs: number[];
}

export interface RecentCallsSummary {
  readonly requests: number;
  readonly failures: number;
  /** Of calls that were answered; null when none was. */
  readonly latencyMsP50: number | null;
  readonly latencyMsP95: number | null;
}

/** Counts the calls of the last 15 minutes, minute by minute, so that forgetting them costs nothing. */
export class RecentCalls {
  private minutes: Minute[] = [];

  succeeded(now: number, latencyMs: number | undefined): void {
    const minute = this.current(now);
    minute.requests += 1;
    if (latencyMs === undefined) return;
    // A sample in which every call of the minute is as likely to be: an early rush does not crowd out what follows.
    if (minute.latenciesMs.length < LATENCIES_MAX) minute.latenciesMs.push(latencyMs);
    else {
      const place = Math.floor(Math.random() * minute.requests);
      if (place < LATENCIES_MAX) minute.latenciesMs[place] = latencyMs;
    }
  }

  failed(now: number): void {
    const minute = this.current(now);
    minute.requests += 1;
    minute.failures += 1;
  }

  summary(now: number): RecentCallsSummary {
    const kept = this.minutes.filter(({ startsAt }) => startsAt > now - MINUTES * MINUTE_MS);
    const latenciesMs = kept.flatMap((minute) => minute.latenciesMs).toSorted((a, b) => a - b);
    return {
      requests: kept.reduce((sum, { requests }) => sum + requests, 0),
      failures: kept.reduce((sum, { failures }) => sum + failures, 0),
      latencyMsP50: percentile(latenciesMs, 0.5),
      latencyMsP95: percentile(latenciesMs, 0.95),
    };
  }

  private current(now: number): Minute {
    const last = this.minutes.at(-1);
    if (last && now < last.startsAt + MINUTE_MS) return last;
    const minute = { startsAt: now, requests: 0, failures: 0, latenciesMs: [] };
    this.minutes = [...this.minutes.slice(1 - MINUTES), minute];
    return minute;
  }
}

/** The smallest value that at least this share of all is not above. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
