import { Injectable } from '@nestjs/common';
import type { Channel } from '../../channels/domain/channel.js';
import type { ProviderKey } from '../../channels/domain/provider-key.js';
import { ChannelHealth, type ChannelReport } from '../../routing/channel-health.js';
import { hasUsableKey, keysRestUntil } from '../../routing/key-choice.js';
import { KeyHealth } from '../../routing/key-health.js';
import type { ChannelHealthDto, ChannelHealthReason, ProviderKeyHealthDto } from './channel-health.dto.js';

/** What operators are told of a channel and its keys. */
@Injectable()
export class ChannelHealthReport {
  constructor(
    private readonly channels: ChannelHealth,
    private readonly keys: KeyHealth,
  ) {}

  of(channel: Channel): ChannelHealthDto {
    const report = this.channels.reportOf(channel.id);
    const restsUntil = Math.max(report.restsUntil ?? 0, keysRestUntil(channel, this.keys));
    const reason = reasonOf(report, restsUntil, hasUsableKey(channel));
    return {
      ...report,
      channelId: channel.id,
      state: reason === 'no_enabled_key' ? 'unusable' : reason === null ? report.state : 'resting',
      reason,
      restsUntil: instantOf(restsUntil === 0 ? null : restsUntil),
      lastErrorAt: instantOf(report.lastErrorAt),
      lastSuccessAt: instantOf(report.lastSuccessAt),
      keyRefusedAt: instantOf(report.keyRefusedAt),
      keys: channel.keys.map((key) => this.ofKey(key)),
    };
  }

  private ofKey({ id, label, hint, status, disabledFor }: ProviderKey): ProviderKeyHealthDto {
    const report = this.keys.reportOf(id);
    return {
      ...report,
      id,
      label,
      hint,
      status,
      disabledFor,
      state: status === 'disabled' ? 'disabled' : report.state,
      restsUntil: instantOf(report.restsUntil),
      lastUsedAt: instantOf(report.lastUsedAt),
      lastSuccessAt: instantOf(report.lastSuccessAt),
      lastErrorAt: instantOf(report.lastErrorAt),
      refusedAt: instantOf(report.refusedAt),
    };
  }
}

function reasonOf(report: ChannelReport, restsUntil: number, hasKey: boolean): ChannelHealthReason | null {
  if (!hasKey) return 'no_enabled_key';
  if (report.state === 'resting') return 'failed_repeatedly';
  return restsUntil > 0 ? 'all_keys_resting' : null;
}

function instantOf(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
