import { Injectable } from '@nestjs/common';
import { ChannelNotices } from '../domain/channel-notices.js';
import { ProviderKeyRepository } from '../domain/provider-key-repository.js';
import type { ProviderKeySummary } from '../domain/provider-key.js';

/** Takes a key from a channel. Requests under way finish with it. */
@Injectable()
export class RemoveProviderKey {
  constructor(
    private readonly keys: ProviderKeyRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /** @throws DomainError `not_found`. */
  async execute(channelId: string, keyId: string): Promise<ProviderKeySummary> {
    const removed = await this.keys.remove(channelId, keyId);
    this.notices.changed();
    return removed;
  }
}
