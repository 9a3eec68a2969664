import type { NanosText } from '@code-router/money';
import { defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';
import type { UsageData } from './usage-event.js';

/** A usage event as the log keeps it. */
export interface UsageRecord extends UsageData {
  readonly id: string;
  readonly recordedAt: string;
}

export interface ListUsageRecords extends PageRequest {
  readonly accountId?: string;
  readonly keyId?: string;
  readonly model?: string;
  readonly requestId?: string;
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

export const UsageLogMessages = {
  listRecords: defineRequest<ListUsageRecords, Page<UsageRecord>>('usage-log.records.list'),
  listRollups: defineRequest<ListUsageRollups, { readonly rollups: readonly UsageRollup[] }>('usage-log.rollups.list'),
} as const;
