import { RecentCalls, type RecentCallsSummary } from './recent-calls.js';

const FAILURES_BEFORE_REST = 3;
const REST_MS_MIN = 5_000;
const REST_MS_MAX = 300_000;

interface Streak {
  failures: number;
  restsUntil: number;
}

/** Why a call failed. */
export interface ChannelFault {
  /** The stable code of the error. */
  readonly code: string;
  /** What the provider answered; absent when it did not. */
  readonly httpStatus?: number;
  /** How long the provider asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** What operators are told of a channel. Times are in milliseconds since 1970. */
export interface ChannelReport extends RecentCallsSummary {
  readonly state: 'healthy' | 'failing' | 'resting';
  readonly consecutiveFailures: number;
  readonly restsUntil: number | null;
  readonly lastErrorCode: string | null;
  readonly lastErrorAt: number | null;
  readonly lastSuccessAt: number | null;
  /** Since when the provider refuses the channel's key; null when it did not, or takes it again. */
  readonly keyRefusedAt: number | null;
}

interface History {
  readonly calls: RecentCalls;
  lastErrorCode: string | null;
  lastErrorAt: number | null;
  lastSuccessAt: number | null;
  keyRefusedAt: number | null;
}

/**
 * Remembers which channels fail. After a few failures in a row a channel rests, longer each time; it is then tried last
 * instead of not at all, so that a request is never refused because of a guess. One success makes it well.
 */
export class ChannelHealth {
  private readonly streaks = new Map<string, Streak>();
  private readonly histories = new Map<string, History>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @param latencyMs how long the whole answer took. */
  succeeded(channelId: string, latencyMs?: number): void {
    if (this.streaks.size > 0) this.streaks.delete(channelId);
    const history = this.historyOf(channelId);
    const now = this.now();
    history.calls.succeeded(now, latencyMs);
    history.lastSuccessAt = now;
    history.keyRefusedAt = null;
  }

  /** @param isOfOneKey whether the channel has other keys to go on with: then it need not rest. */
  failed(channelId: string, fault?: ChannelFault, { isOfOneKey = false } = {}): void {
    const now = this.now();
    const history = this.historyOf(channelId);
    history.calls.failed(now);
    history.lastErrorAt = now;
    history.lastErrorCode = fault?.code ?? null;
    if (isOfOneKey) return;
    this.prolongStreak(channelId, now);
    if (fault?.httpStatus === 401 || fault?.httpStatus === 403) history.keyRefusedAt ??= now;
  }

  private prolongStreak(channelId: string, now: number): void {
    const streak = this.streaks.get(channelId) ?? { failures: 0, restsUntil: 0 };
    streak.failures += 1;
    if (streak.failures >= FAILURES_BEFORE_REST) {
      const rest = REST_MS_MIN * 2 ** (streak.failures - FAILURES_BEFORE_REST);
      streak.restsUntil = now + Math.min(rest, REST_MS_MAX);
    }
    this.streaks.set(channelId, streak);
  }

  isResting(channelId: string): boolean {
    return (this.streaks.get(channelId)?.restsUntil ?? 0) > this.now();
  }

  /** How the channel did at this gateway lately. */
  reportOf(channelId: string): ChannelReport {
    const { failures, restsUntil } = this.streaks.get(channelId) ?? { failures: 0, restsUntil: 0 };
    const { calls, ...last } = this.histories.get(channelId) ?? newHistory();
    const isResting = this.isResting(channelId);
    return {
      state: isResting ? 'resting' : failures > 0 ? 'failing' : 'healthy',
      consecutiveFailures: failures,
      restsUntil: isResting ? restsUntil : null,
      ...last,
      ...calls.summary(this.now()),
    };
  }

  /** The channel has another key: that its old ones failed is no reason to try it last. */
  wake(channelId: string): void {
    this.streaks.delete(channelId);
    const history = this.histories.get(channelId);
    if (history) history.keyRefusedAt = null;
  }

  /** The channel is another one now: its key or its address changed, or it is gone. */
  forget(channelId: string): void {
    this.streaks.delete(channelId);
    this.histories.delete(channelId);
  }

  /** Forgets channels that are gone, also those that were heard of once more after they were deleted. */
  retain(channelIds: ReadonlySet<string>): void {
    for (const known of [this.streaks, this.histories]) {
      for (const id of known.keys()) if (!channelIds.has(id)) known.delete(id);
    }
  }

  private historyOf(channelId: string): History {
    let history = this.histories.get(channelId);
    if (!history) this.histories.set(channelId, (history = newHistory()));
    return history;
  }
}

function newHistory(): History {
  return {
    calls: new RecentCalls(),
    lastErrorCode: null,
    lastErrorAt: null,
    lastSuccessAt: null,
    keyRefusedAt: null,
  };
}
