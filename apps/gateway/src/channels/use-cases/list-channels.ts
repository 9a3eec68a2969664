import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '@code-router/contracts';
import { ChannelRepository, type ChannelSummary } from '../domain/channel.js';

/** Pages through the channels, newest first. */
@Injectable()
export class ListChannels {
  constructor(private readonly channels: ChannelRepository) {}

  /** @throws DomainError `invalid_request_error` when the cursor is not one of ours. */
  execute(request: PageRequest): Promise<Page<ChannelSummary>> {
    return this.channels.page(request);
  }
}
