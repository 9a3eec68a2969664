/** A channel as `/api/channels` shows it. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly provider: 'openai-compatible' | 'demo';
  readonly baseUrl: string;
  readonly apiKeyHint: string | null;
  readonly keys: readonly ProviderKey[];
  readonly models: readonly ChannelModel[];
  readonly groups: readonly string[] | null;
  readonly priority: number;
  readonly weight: number;
  readonly status: 'active' | 'disabled';
  readonly timeouts: ChannelTimeouts;
  readonly settings: Readonly<Record<string, string | number>>;
  /** What the provider asks, as a share of the list price; null when it is not known. */
  readonly costMultiplierMillionths?: string | null;
  readonly createdAt: string;
}

/** One of the provider's keys that a channel has; its secret is never shown. */
export interface ProviderKey extends ProviderKeyName {
  readonly status: 'active' | 'disabled';
  /** What the provider refused it with until it was disabled automatically; null unless it was. */
  readonly disabledFor: number | null;
  readonly disabledAt: string | null;
  readonly enteredAt: string;
}

export interface ProviderKeyName {
  readonly id: string;
  readonly label: string | null;
  readonly hint: string;
}

export interface ChannelModel {
  readonly name: string;
  readonly upstreamName: string;
}

export interface ChannelTimeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
}

/** What the gateway saw of a channel in the last 15 minutes. */
export interface ChannelHealth {
  readonly channelId: string;
  readonly state: 'healthy' | 'failing' | 'resting' | 'unusable';
  /** Why it is tried last, or not at all. */
  readonly reason: 'failed_repeatedly' | 'all_keys_resting' | 'no_enabled_key' | null;
  readonly consecutiveFailures: number;
  readonly restsUntil: string | null;
  readonly lastErrorCode: string | null;
  readonly lastErrorAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly latencyMsP50: number | null;
  readonly latencyMsP95: number | null;
  /** When the provider last refused the channel's key; null when it is taken. */
  readonly keyRefusedAt: string | null;
  readonly requests: number;
  readonly failures: number;
  readonly keys: readonly ProviderKeyHealth[];
}

export interface ProviderKeyHealth extends ProviderKeyName {
  readonly state: 'healthy' | 'failing' | 'resting' | 'disabled';
  readonly restsUntil: string | null;
  readonly lastUsedAt: string | null;
  readonly lastErrorAt: string | null;
  readonly lastErrorCode: string | null;
  readonly lastErrorStatus: number | null;
  readonly refusedAt: string | null;
  readonly requests: number;
  readonly failures: number;
}

export interface ChannelTest {
  readonly ok: boolean;
  readonly key: ProviderKeyName | null;
  readonly isKeyEnabledAgain: boolean;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  readonly model: string;
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly tokens: Readonly<Record<string, number>>;
  /** What a request like it costs an account; null without a price. */
  readonly amountNanos: string | null;
  /** What the provider asks for it; null when that is not known. */
  readonly costNanos: string | null;
}

export const CHANNELS = '/api/channels';

/** What people call a key. */
export function nameOfKey({ label, hint }: Pick<ProviderKeyName, 'label' | 'hint'>): string {
  return label ?? hint;
}
