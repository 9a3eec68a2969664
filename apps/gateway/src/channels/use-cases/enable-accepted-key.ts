import { Injectable } from '@nestjs/common';
import { ChannelNotices } from '../domain/channel-notices.js';
import { ProviderKeyRepository } from '../domain/provider-key-repository.js';
import type { ProviderKey } from '../domain/provider-key.js';

/** Enables a key again that was disabled because its provider refused it, and that a test found accepted. */
@Injectable()
export class EnableAcceptedKey {
  constructor(
    private readonly keys: ProviderKeyRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /** @returns false for a key that an operator disabled, or that was replaced meanwhile. */
  async execute(channelId: string, key: ProviderKey): Promise<boolean> {
    const isEnabled = await this.keys.enable(channelId, key);
    if (isEnabled) this.notices.changed();
    return isEnabled;
  }
}
