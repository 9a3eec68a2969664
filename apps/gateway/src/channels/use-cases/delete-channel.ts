import { Injectable } from '@nestjs/common';
import { ChannelNotices } from '../domain/channel-notices.js';
import { ChannelRepository, type ChannelSummary } from '../domain/channel.js';

/** Deletes a channel with its keys. Requests under way finish; what was recorded of it stays, with its name. */
@Injectable()
export class DeleteChannel {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /** @throws DomainError `not_found`. */
  async execute(id: string): Promise<ChannelSummary> {
    const deleted = await this.channels.delete(id);
    this.notices.changed();
    return deleted;
  }
}
