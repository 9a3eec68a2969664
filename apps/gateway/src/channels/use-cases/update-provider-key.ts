import { Injectable } from '@nestjs/common';
import { ChannelNotices } from '../domain/channel-notices.js';
import { editedProviderKey, type UpdateProviderKeyInput } from '../domain/provider-key-input.js';
import { ProviderKeyRepository } from '../domain/provider-key-repository.js';
import type { ProviderKeySummary } from '../domain/provider-key.js';

/** Names, enables or disables a key of a channel, or replaces its secret. Requests under way finish with what they began with. */
@Injectable()
export class UpdateProviderKey {
  constructor(
    private readonly keys: ProviderKeyRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /** @throws DomainError `not_found`; `invalid_request_error` naming every field that is wrong; `conflict` when it is known. */
  async execute(channelId: string, keyId: string, input: UpdateProviderKeyInput): Promise<ProviderKeySummary> {
    const now = new Date().toISOString();
    const change = (current: ProviderKeySummary) => editedProviderKey(current, input, now);
    const updated = await this.keys.update(channelId, keyId, change, input.apiKey);
    this.notices.changed();
    return updated;
  }
}
