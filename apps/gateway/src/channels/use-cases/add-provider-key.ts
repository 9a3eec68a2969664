import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ChannelNotices } from '../domain/channel-notices.js';
import { newProviderKey, type AddProviderKeyInput } from '../domain/provider-key-input.js';
import { ProviderKeyRepository } from '../domain/provider-key-repository.js';
import type { ProviderKeySummary } from '../domain/provider-key.js';

/** Gives a channel one more key, which gets its share of the channel's requests from now on. */
@Injectable()
export class AddProviderKey {
  constructor(
    private readonly keys: ProviderKeyRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /** @throws DomainError `not_found`; `invalid_request_error` naming every field that is wrong; `conflict` when it is known. */
  async execute(channelId: string, input: AddProviderKeyInput): Promise<ProviderKeySummary> {
    const identity = { id: randomUUID(), enteredAt: new Date().toISOString() };
    const added = await this.keys.add(channelId, (channel) => newProviderKey(channel, input, identity));
    this.notices.changed();
    return added;
  }
}
