import { Injectable } from '@nestjs/common';
import { ChannelNotices } from '../domain/channel-notices.js';
import { ProviderKeyRepository } from '../domain/provider-key-repository.js';
import type { ProviderKey } from '../domain/provider-key.js';

/** Disables a key that its provider refuses for good, at every gateway, until an operator or a test enables it. */
@Injectable()
export class DisableRefusedKey {
  constructor(
    private readonly keys: ProviderKeyRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /**
   * @param httpStatus what the provider refuses it with.
   * @returns false when it was replaced or disabled meanwhile, or is the last key that the channel has.
   */
  async execute(channelId: string, key: ProviderKey, httpStatus: number): Promise<boolean> {
    const isDisabled = await this.keys.disable(channelId, key, httpStatus);
    if (isDisabled) this.notices.changed();
    return isDisabled;
  }
}
