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
    const createdAt = new Date().toISOString();
    const profile = newChannelProfile(input, { id: randomUUID(), createdAt });
    const secret = input.apiKey ?? '';
    const key = secret === '' ? undefined : { id: randomUUID(), label: null, secret, enteredAt: createdAt };
    const created = await this.channels.insert(profile, key);
    this.notices.changed();
    return created;
  }
}
