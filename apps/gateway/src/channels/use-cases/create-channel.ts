import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newChannelProfile, type CreateChannelInput } from '../domain/channel-input.js';
import { ChannelNotices } from '../domain/channel-notices.js';
import { ChannelRepository, type ChannelSummary } from '../domain/channel.js';

/** Enters a channel. Every gateway routes to it from now on, unless it is entered disabled. */
@Injectable()
export class CreateChannel {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly notices: ChannelNotices,
  ) {}

  /** @throws DomainError `invalid_request_error` naming every field that is wrong, `conflict` when the name is taken. */
  async execute(input: CreateChannelInput): Promise<ChannelSummary> {
    const profile = newChannelProfile(input, { id: randomUUID(), createdAt: new Date().toISOString() });
    const created = await this.channels.insert({ ...profile, apiKey: input.apiKey ?? '' });
    this.notices.changed();
    return created;
  }
}
