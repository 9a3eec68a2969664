import type { Page, PageRequest } from '@code-router/contracts';
import type { NewProviderKey, ProviderKey, ProviderKeySummary } from './provider-key.js';

/** The upstream dialects that a channel can speak. */
export const PROVIDER_NAMES = ['openai-compatible', 'demo'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

export const CHANNEL_STATUSES = ['active', 'disabled'] as const;
export type ChannelStatus = (typeof CHANNEL_STATUSES)[number];

/** What a channel is, without the keys that open it: what people and lists may see. */
export interface ChannelProfile {
  /** UUID. */
  readonly id: string;
  /** Unique among channels. */
  readonly name: string;
  readonly provider: ProviderName;
  /** Where the provider's API begins, without a slash at the end, such as `https://api.openai.com/v1`; '' for demo. */
  readonly baseUrl: string;
  /** Never empty. */
  readonly models: readonly ChannelModel[];
  /** The groups that it serves; null for all. */
  readonly groups: readonly string[] | null;
  /** Channels of a higher priority are tried first. */
  readonly priority: number;
  /** Its share among the channels of the same priority, 1 or more. */
  readonly weight: number;
  readonly status: ChannelStatus;
  readonly timeouts: ChannelTimeouts;
  /** What only its provider understands, such as the demo provider's `chunkDelayMs`. */
  readonly settings: ChannelSettings;
  /** What the provider asks, in millionths of the list price before group multipliers; null when it is not known. */
  readonly costMultiplierMillionths: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A channel as the relay uses it: one upstream account that requests can be sent to. */
export interface Channel extends ChannelProfile {
  /** Enabled or not, the oldest first; none when the upstream wants none. */
  readonly keys: readonly ProviderKey[];
}

/** A channel as people see it. */
export interface ChannelSummary extends ChannelProfile {
  /** Enough of its first key to recognise it by, such as `sk-…abcd`; null when there is none. */
  readonly apiKeyHint: string | null;
  /** The oldest first. */
  readonly keys: readonly ProviderKeySummary[];
}

/** A model that a channel offers. */
export interface ChannelModel {
  /** What clients ask for. */
  readonly name: string;
  /** What the upstream calls it. */
  readonly upstreamName: string;
}

export interface ChannelTimeouts {
  /** Until the connection to the upstream stands. */
  readonly connectMs: number;
  /** From then until the first byte of the answer. */
  readonly firstByteMs: number;
  /** Between two bytes of the answer. */
  readonly idleMs: number;
}

export type ChannelSettings = Readonly<Record<string, string | number>>;

export const DEFAULT_CHANNEL_TIMEOUTS: ChannelTimeouts = { connectMs: 5_000, firstByteMs: 120_000, idleMs: 120_000 };

/** Where channels are kept. Provider keys are encrypted there, each bound to its channel. */
export abstract class ChannelRepository {
  /**
   * Every channel, enabled or not, with its keys in clear text, by descending priority and then by name.
   *
   * @throws UnreadableSecret when a key was encrypted under another encryption key than the one configured.
   */
  abstract all(): Promise<readonly Channel[]>;

  /** One page, newest first. Needs no decryption, so it answers under a wrong encryption key too. */
  abstract page(request: PageRequest): Promise<Page<ChannelSummary>>;

  /** @throws DomainError `not_found`. */
  abstract get(id: string): Promise<ChannelSummary>;

  /**
   * A channel with its keys in clear text.
   *
   * @throws DomainError `not_found`; UnreadableSecret.
   */
  abstract open(id: string): Promise<Channel>;

  /** @throws DomainError `not_found`. */
  abstract delete(id: string): Promise<ChannelSummary>;

  /**
   * @param key its first one; absent when it needs none.
   * @throws DomainError `conflict` when another channel has the name.
   */
  abstract insert(channel: ChannelProfile, key?: NewProviderKey): Promise<ChannelSummary>;

  /**
   * Writes what `change` makes of the channel, which no other writer can touch in between.
   *
   * @param apiKey becomes its only key; absent keeps what it has, '' removes it. Not for a channel of several keys.
   * @throws DomainError `not_found`, `conflict` when another channel has the name, and whatever `change` throws.
   */
  abstract update(
    id: string,
    change: (current: ChannelSummary) => ChannelProfile,
    apiKey?: string,
  ): Promise<ChannelSummary>;
}
