import type { NanosText, TokenClass, UnitClass } from '@code-router/money';
import { defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';
import type { MultiplierSource } from './pricing.js';
import type { UsageData, UsageOutcome } from './usage-event.js';

/** A usage event as the log keeps it. */
export interface UsageRecord extends UsageData {
  readonly id: string;
  readonly recordedAt: string;
  /** True when the request was first recorded as orphaned and its settlement came after all; absent otherwise. */
  readonly correctsOrphan?: boolean;
}

/** Which records are meant: those that match every filter that is given. */
export interface UsageFilters {
  /** Completed at or after; ISO 8601. */
  readonly from?: string;
  /** Completed before; ISO 8601. */
  readonly to?: string;
  readonly accountId?: string;
  readonly keyId?: string;
  /** Of any of these keys; none of them: no record. For those who may see a part of an account. */
  readonly keyIds?: readonly string[];
  /** The model that was asked for. */
  readonly model?: string;
  readonly channelId?: string;
  readonly outcome?: UsageOutcome;
  /** `ok`, `error` (a status of 400 or more, or an error code), or an exact HTTP status such as `429`. */
  readonly status?: string;
  readonly requestId?: string;
  /** Part of the key's name, in small or capital letters. */
  readonly keyName?: string;
}

/**
 * Newest first. A page may hold fewer records than asked for, even none, and still name a next one: looking for rare
 * records stops after a bounded time and goes on with the next page. Only the last page has no `nextCursor`.
 */
export interface ListUsageRecords extends PageRequest, UsageFilters {}

export interface FindUsageRecord extends Pick<UsageFilters, 'accountId' | 'keyIds'> {
  readonly id: string;
}

/** One line of an invoice: so many tokens at that rate, one call, or so many pieces at that price. */
export interface InvoiceEntry {
  readonly kind: 'tokens' | 'call' | 'unit';
  /** What was counted; absent for a call. */
  readonly class?: TokenClass | UnitClass;
  readonly quantity: number;
  readonly rateNanos: NanosText;
  /** How many pieces the rate is for: a million tokens, one call, one piece. */
  readonly per: 1_000_000 | 1;
  /** Before the multiplier, as an exact decimal of nanos. */
  readonly exactNanos: string;
}

/** How the amount of a record comes about, computed anew from the record alone. */
export interface UsageInvoiceLine {
  readonly recordId: string;
  readonly requestId: string;
  readonly model: string;
  readonly priceVersionId: string;
  /** The threshold of the tier whose rates apply; null: the base rates do. */
  readonly tierAboveInputTokens: number | null;
  readonly lines: readonly InvoiceEntry[];
  /** Of all lines, before the multiplier, as an exact decimal of nanos. */
  readonly sumNanos: string;
  readonly multiplierMillionths: string;
  readonly multiplierSource: MultiplierSource;
  /** What was charged. */
  readonly amountNanos: NanosText;
  /** The sum times the multiplier, rounded half up once. */
  readonly recomputedNanos: NanosText;
  readonly agrees: boolean;
}

/** One bucket of a roll-up, by account, key, model and channel. */
export interface UsageRollup {
  readonly bucket: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly model: string;
  readonly channelId: string | null;
  readonly requests: number;
  readonly failures: number;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly amountNanos: NanosText;
}

export interface ListUsageRollups {
  readonly accountId: string;
  readonly granularity: 'hour' | 'day';
  /** ISO 8601, inclusive. */
  readonly from: string;
  /** ISO 8601, exclusive. */
  readonly to: string;
}

export const USAGE_GROUPINGS = ['none', 'model', 'key', 'channel', 'account'] as const;
export type UsageGrouping = (typeof USAGE_GROUPINGS)[number];

export const USAGE_LATENCIES = ['percentiles', 'none'] as const;
export type UsageLatencies = (typeof USAGE_LATENCIES)[number];

export interface UsageStatisticsRequest extends Pick<
  UsageFilters,
  'accountId' | 'keyId' | 'keyIds' | 'model' | 'channelId'
> {
  readonly granularity: 'hour' | 'day';
  /** `none` when absent. */
  readonly groupBy?: UsageGrouping;
  /** `percentiles` when absent. A chart that shows none is answered in half the time without: then all of them are null. */
  readonly latency?: UsageLatencies;
  /** ISO 8601, inclusive; the bucket that it lies in is the first. */
  readonly from: string;
  /** ISO 8601, exclusive. */
  readonly to: string;
}

export interface UsageSums {
  readonly requests: number;
  readonly failures: number;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly amountNanos: NanosText;
  /** What the providers ask, as far as it is known. */
  readonly costNanos: NanosText;
  /** Estimates, within a tenth, over all requests; null when there was none, or none was asked for. */
  readonly latencyMsP50: number | null;
  readonly latencyMsP95: number | null;
  readonly latencyMsP99: number | null;
  /** Over the requests whose answer began; null when none did, or none was asked for. */
  readonly firstByteMsP50: number | null;
}

export interface UsagePoint extends UsageSums {
  /** When the bucket begins, in UTC; buckets without a request have no point. */
  readonly bucket: string;
}

export interface UsageSeries {
  /** Null when nothing is grouped. Requests that reached no channel are the channel with the id ''. */
  readonly group: { readonly id: string; readonly name: string } | null;
  readonly points: readonly UsagePoint[];
}

/**
 * Series by what they amount to, largest first. Groups beyond {@link USAGE_SERIES_MAX}, or beyond what
 * {@link USAGE_POINTS_MAX} leaves room for, are summed up in one more series with the id {@link USAGE_OTHERS}.
 */
export interface UsageStatistics {
  readonly granularity: 'hour' | 'day';
  readonly series: readonly UsageSeries[];
  readonly totals: UsageSums;
}

export const USAGE_SERIES_MAX = 20;
/** Where so many series would have more points, there are fewer of them: 30 days by hour are three, and the others. */
export const USAGE_POINTS_MAX = 3_000;
export const USAGE_OTHERS = '*';

/** Of the last minute; beyond ten thousand requests an estimate from the newest of them. */
export interface UsageNow {
  readonly requestsPerMinute: number;
  /** Read and written, cached or not. */
  readonly tokensPerMinute: number;
}

/** `account`: without what only operators may know, such as channels and what providers ask. */
export type UsageAudience = 'operator' | 'account';
export const USAGE_EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type UsageExportFormat = (typeof USAGE_EXPORT_FORMATS)[number];

/** Asks for the next part of an export: ready-made text of whole lines, small enough for a message. */
export interface ExportUsage {
  readonly filters: UsageFilters;
  readonly format: UsageExportFormat;
  readonly audience: UsageAudience;
  /** The `nextCursor` of the part before; absent for the first one, which begins with the CSV's header. */
  readonly cursor?: string;
  /** One of the `cuts` of a part: nothing below it is asked for. */
  readonly until?: string;
  /** How the text comes; as it is when absent. A text full of quotes takes JSON several times as long as base64. */
  readonly encoding?: 'base64';
}

export interface UsageExportPart {
  /** In UTF-8 and base64 where `encoding` says so. */
  readonly text: string;
  readonly encoding?: 'base64';
  readonly rows: number;
  /** Absent on the last part. */
  readonly nextCursor?: string;
  /**
   * Cursors further down, in the order of the export. What lies between two of them can be asked for without waiting for
   * what is above it: the one as `cursor` and the other as `until`. Absent when nobody knows any, or `until` was given.
   */
  readonly cuts?: readonly string[];
}

/** An event that could not be recorded and waits for an operator. */
export interface UsageDeadLetter {
  /** Of the job that failed. */
  readonly id: string;
  readonly eventIds: readonly string[];
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: string;
}

export interface ReplayUsageDeadLetters {
  /** All of them when absent. */
  readonly ids?: readonly string[];
}

export const UsageLogMessages = {
  listRecords: defineRequest<ListUsageRecords, Page<UsageRecord>>('usage-log.records.list'),
  findRecord: defineRequest<FindUsageRecord, { readonly record: UsageRecord | null }>('usage-log.records.find'),
  findInvoiceLine: defineRequest<FindUsageRecord, { readonly invoiceLine: UsageInvoiceLine | null }>(
    'usage-log.invoice-line.find',
  ),
  /** An estimate, never below what roll-ups know of: for a progress bar. */
  estimateRecords: defineRequest<UsageFilters, { readonly rows: number }>('usage-log.records.estimate'),
  exportRecords: defineRequest<ExportUsage, UsageExportPart>('usage-log.records.export'),
  listRollups: defineRequest<ListUsageRollups, { readonly rollups: readonly UsageRollup[] }>('usage-log.rollups.list'),
  statistics: defineRequest<UsageStatisticsRequest, UsageStatistics>('usage-log.statistics'),
  now: defineRequest<Pick<UsageFilters, 'accountId' | 'keyId' | 'keyIds'>, UsageNow>('usage-log.now'),
  listDeadLetters: defineRequest<PageRequest, Page<UsageDeadLetter>>('usage-log.dead-letters.list'),
  replayDeadLetters: defineRequest<ReplayUsageDeadLetters, { readonly replayed: number }>(
    'usage-log.dead-letters.replay',
  ),
} as const;
