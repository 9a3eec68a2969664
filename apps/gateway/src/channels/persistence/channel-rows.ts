import type {
  ChannelModel,
  ChannelProfile,
  ChannelSettings,
  ChannelStatus,
  ChannelSummary,
  ChannelTimeouts,
  ProviderName,
} from '../domain/channel.js';
import type { ProviderKeySummary } from '../domain/provider-key.js';

/** A channel as it is read, its keys as JSON. */
export interface ChannelRow<Key extends ProviderKeySummary = ProviderKeySummary> {
  readonly id: string;
  readonly position: string;
  readonly name: string;
  readonly provider: ProviderName;
  readonly base_url: string;
  readonly models: readonly ChannelModel[];
  readonly groups: readonly string[] | null;
  readonly priority: number;
  readonly weight: number;
  readonly status: ChannelStatus;
  readonly timeouts: ChannelTimeouts;
  readonly settings: ChannelSettings;
  readonly cost_multiplier_millionths: string | null;
  readonly created_at: Date;
  /** Their times are as PostgreSQL writes them in JSON. */
  readonly keys: readonly Key[];
}

export interface SealedKey extends ProviderKeySummary {
  /** In base64. */
  readonly sealed: string;
}

export function profileOf(row: ChannelRow): ChannelProfile {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    baseUrl: row.base_url,
    models: row.models,
    groups: row.groups,
    priority: row.priority,
    weight: row.weight,
    status: row.status,
    timeouts: row.timeouts,
    settings: row.settings,
    costMultiplierMillionths: row.cost_multiplier_millionths,
    createdAt: row.created_at.toISOString(),
  };
}

export function summaryOf(row: ChannelRow): ChannelSummary {
  const keys = row.keys.map(keySummaryOf);
  return { ...profileOf(row), apiKeyHint: keys[0]?.hint ?? null, keys };
}

export function keySummaryOf(key: ProviderKeySummary): ProviderKeySummary {
  const { id, label, hint, status, disabledFor, disabledAt, enteredAt } = key;
  return {
    id,
    label,
    hint,
    status,
    disabledFor,
    disabledAt: disabledAt === null ? null : new Date(disabledAt).toISOString(),
    enteredAt: new Date(enteredAt).toISOString(),
  };
}
