import type { NanosText } from '@code-router/money';
import { defineNotice, defineRequest } from './message.js';
import type { Page } from './page.js';
import type { UsageEvent, UsageOutcome } from './usage-event.js';

/** The most reservations that are asked about together. */
export const SETTLEMENTS_ASKED_MAX = 500;

/** How far quota has read the log of usage events. */
export interface ReadingPosition {
  /** Everything up to here is in the books, or was refused. */
  readonly handled: number;
  /** Where the log ends now. */
  readonly last: number;
}

export interface SettlementsStatus {
  /** Those whose settlement is in the books, committed. An orphan's is not: its own settlement may still come. */
  readonly posted: readonly string[];
  /** What was read before it was looked up which are posted; absent when the log does not say. */
  readonly reading?: ReadingPosition;
}

/** A settlement that can never be in the books. */
export interface RefusedSettlement {
  readonly reservationId: string;
  /** For an operator. */
  readonly reason: string;
}

/** What quota keeps of a usage event that it posted. */
export interface PostedUsage {
  readonly reservationId: string;
  readonly outcome: UsageOutcome;
  readonly amountNanos: NanosText;
  /** ISO 8601. */
  readonly postedAt: string;
}

/** Those posted in a period, oldest first. */
export interface ListPostedUsage {
  /** ISO 8601; inclusive. */
  readonly from: string;
  /** ISO 8601; exclusive. */
  readonly to: string;
  readonly cursor?: string;
  /** How many at most, 1 to {@link POSTED_USAGE_LIMIT_MAX}; 200 when absent. */
  readonly limit?: number;
}

export const POSTED_USAGE_LIMIT_MAX = 1_000;

/** What becomes of settlements once they have left their gateway. */
export const SettlementMessages = {
  status: defineRequest<{ readonly reservationIds: readonly string[] }, SettlementsStatus>('quota.settlements.status'),
  listPosted: defineRequest<ListPostedUsage, Page<PostedUsage>>('quota.posted-usage.list'),
  /** An orphan whose settlement came later has two events. Those that are not kept any more are left out. */
  getPosted: defineRequest<{ readonly reservationIds: readonly string[] }, { readonly events: readonly UsageEvent[] }>(
    'quota.posted-usage.get',
  ),
} as const;

export const SettlementNotices = {
  refused: defineNotice<{ readonly refused: readonly RefusedSettlement[] }>('quota.refused'),
} as const;

/** The JetStream stream of events that a consumer can never handle, with the reason in the header `x-code-router-reason`. */
export const USAGE_DEAD_STREAM = 'USAGE_DEAD';
export const USAGE_DEAD_SUBJECTS = 'dead.usage.>';

export function deadSubject(consumer: string): string {
  return `dead.usage.${consumer}`;
}
