import { RecentCalls, type RecentCallsSummary } from './recent-calls.js';
import type { ChannelFault } from './channel-health.js';

/** Providers limit by the minute, and some by the hour or day: more is not taken on their word. */
const LIMITED_MS_MIN = 1_000;
const LIMITED_MS_MAX = 600_000;
const REFUSED_MS_MAX = 3_600_000;
/** A provider that refuses all keys for some minutes has made a mistake of its own. */
const REFUSALS_BEFORE_HOPELESS = 3;

const UNAUTHORIZED = 401;
const TOO_MANY_REQUESTS = 429;
/** What a provider says of a key, or of the account behind it, and not of the request. */
const REFUSALS: ReadonlySet<number> = new Set([UNAUTHORIZED, 402, 403]);

/** What operators are told of a key. Times are in milliseconds since 1970; all of it is what this gateway saw. */
export interface KeyReport extends Pick<RecentCallsSummary, 'requests' | 'failures'> {
  /** `resting`: not used while another key may be. */
  readonly state: 'healthy' | 'failing' | 'resting';
  readonly restsUntil: number | null;
  readonly consecutiveFailures: number;
  readonly lastUsedAt: number | null;
  readonly lastSuccessAt: number | null;
  readonly lastErrorAt: number | null;
  readonly lastErrorCode: string | null;
  /** What the provider answered; null when it did not. */
  readonly lastErrorStatus: number | null;
  /** Since when the provider refuses it; null when it does not. */
  readonly refusedAt: number | null;
}

/** What counts when one key is chosen among several. */
export interface KeyStanding {
  /** Grows with every choice: the key with the smallest has waited longest. */
  readonly turn: number;
  /** 0 for a key that never rested. */
  readonly restsUntil: number;
}

const FRESH: KeyStanding = { turn: 0, restsUntil: 0 };

interface History extends KeyStanding {
  readonly calls: RecentCalls;
  turn: number;
  consecutiveFailures: number;
  restsUntil: number;
  /** How often it was found at fault since it last worked; faults while it rests were under way, and count once. */
  limits: number;
  refusals: number;
  lastFaultAt: number;
  lastUsedAt: number | null;
  lastSuccessAt: number | null;
  lastErrorAt: number | null;
  lastErrorCode: string | null;
  lastErrorStatus: number | null;
  refusedAt: number | null;
}

/** Whether an answer of this status is the fault of the key: another one of the same channel may do better. */
export function isFaultOfKey(httpStatus: number | undefined): httpStatus is number {
  return httpStatus !== undefined && (httpStatus === TOO_MANY_REQUESTS || REFUSALS.has(httpStatus));
}

/**
 * Remembers how each key of a channel does. A key that its provider limits or refuses rests: as long as the provider asks,
 * or longer with every refusal. One success makes it well.
 */
export class KeyHealth {
  private readonly histories = new Map<string, History>();
  private turns = 0;

  /** @param refusedMs how long a key rests when it is refused for the first time. */
  constructor(
    private readonly refusedMs: number,
    readonly now: () => number = Date.now,
  ) {}

  /** What the choice among keys asks of each. */
  standingOf(keyId: string): KeyStanding {
    return this.histories.get(keyId) ?? FRESH;
  }

  chosen(keyId: string): void {
    this.turns += 1;
    this.historyOf(keyId).turn = this.turns;
  }

  /** @param tookMs how long ago the request was sent. */
  succeeded(keyId: string, tookMs: number): void {
    const history = this.historyOf(keyId);
    const now = this.now();
    history.calls.succeeded(now, undefined);
    history.lastUsedAt = history.lastSuccessAt = now;
    // A long answer that began before the key was limited or refused says nothing of how the key is now.
    if (now - tookMs < history.lastFaultAt) return;
    history.consecutiveFailures = history.limits = history.refusals = 0;
    history.restsUntil = 0;
    history.refusedAt = null;
  }

  /** @returns whether the key was refused so often that it is of no use any more. */
  failed(keyId: string, { code, httpStatus, retryAfterMs = 0 }: ChannelFault): boolean {
    const history = this.historyOf(keyId);
    const now = this.now();
    history.calls.failed(now);
    history.consecutiveFailures += 1;
    history.lastUsedAt = history.lastErrorAt = now;
    history.lastErrorCode = code;
    history.lastErrorStatus = httpStatus ?? null;
    if (!isFaultOfKey(httpStatus)) return false;
    const isNews = history.restsUntil <= now;
    history.lastFaultAt = now;
    if (httpStatus === TOO_MANY_REQUESTS) {
      if (isNews) history.limits += 1;
      rest(history, now, Math.max(retryAfterMs, LIMITED_MS_MIN * 2 ** (history.limits - 1)), LIMITED_MS_MAX);
      return false;
    }
    history.refusedAt ??= now;
    if (isNews || history.refusals === 0) history.refusals += 1;
    rest(history, now, this.refusedMs * 2 ** (history.refusals - 1), REFUSED_MS_MAX);
    return httpStatus === UNAUTHORIZED && history.refusals >= REFUSALS_BEFORE_HOPELESS;
  }

  isResting(keyId: string): boolean {
    return this.restsUntil(keyId) > this.now();
  }

  /** 0 for a key that never rested. */
  restsUntil(keyId: string): number {
    return this.histories.get(keyId)?.restsUntil ?? 0;
  }

  reportOf(keyId: string): KeyReport {
    const { calls, consecutiveFailures, restsUntil, ...history } = this.histories.get(keyId) ?? newHistory();
    const { requests, failures } = calls.summary(this.now());
    const isResting = this.isResting(keyId);
    return {
      state: isResting ? 'resting' : consecutiveFailures > 0 ? 'failing' : 'healthy',
      restsUntil: isResting ? restsUntil : null,
      consecutiveFailures,
      lastUsedAt: history.lastUsedAt,
      lastSuccessAt: history.lastSuccessAt,
      lastErrorAt: history.lastErrorAt,
      lastErrorCode: history.lastErrorCode,
      lastErrorStatus: history.lastErrorStatus,
      refusedAt: history.refusedAt,
      requests,
      failures,
    };
  }

  /** The key is another one now, may be used again because an operator says so, or is gone. */
  forget(keyId: string): void {
    this.histories.delete(keyId);
  }

  private historyOf(keyId: string): History {
    let history = this.histories.get(keyId);
    if (!history) this.histories.set(keyId, (history = newHistory()));
    return history;
  }
}

function rest(history: History, now: number, ms: number, msMax: number): void {
  history.restsUntil = Math.max(history.restsUntil, now + Math.min(ms, msMax));
}

function newHistory(): History {
  return {
    calls: new RecentCalls(),
    turn: 0,
    consecutiveFailures: 0,
    restsUntil: 0,
    limits: 0,
    refusals: 0,
    lastFaultAt: 0,
    lastUsedAt: null,
    lastSuccessAt: null,
    lastErrorAt: null,
    lastErrorCode: null,
    lastErrorStatus: null,
    refusedAt: null,
  };
}
