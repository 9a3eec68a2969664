import { Injectable } from '@nestjs/common';
import { ChannelRepository, type ChannelSummary } from '../domain/channel.js';

/** Reads one channel. */
@Injectable()
export class GetChannel {
  constructor(private readonly channels: ChannelRepository) {}

  /** @throws DomainError `not_found`. */
  execute(id: string): Promise<ChannelSummary> {
    return this.channels.get(id);
  }
}
