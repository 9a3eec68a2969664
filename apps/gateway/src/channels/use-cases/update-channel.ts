import { Injectable } from '@nestjs/common';
import { editedChannelProfile, type UpdateChannelInput } from '../domain/channel-input.js';
import { ChannelNotices } from '../domain/channel-notices.js';
import { ChannelRepository, type ChannelSummary } from '../domain/channel.js';

/** Edits, enables or disables a channel, or gives it another key. Requests under way finish with what they began with. */
@Injectable()
export class UpdateChannel {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /**
   * @param input what is absent stays as it is; an `apiKey` is the channel's only key, and '' removes it.
   * @throws DomainError `not_found`; `invalid_request_error` naming every field that is wrong; `conflict` when the name
   *   is taken.
   */
  async execute(id: string, input: UpdateChannelInput): Promise<ChannelSummary> {
    const updated = await this.channels.update(id, (current) => editedChannelProfile(current, input), input.apiKey);
    this.notices.changed();
    return updated;
  }
}
