import { Injectable } from '@nestjs/common';
import { GatewayNotices } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ChannelNotices } from '../domain/channel-notices.js';

/** Tells every replica of the gateway, this one included. */
@Injectable()
export class BroadcastChannelNotices extends ChannelNotices {
  constructor(private readonly client: ServiceClient) {
    super();
  }

  override changed(): void {
    this.client.notify(GatewayNotices.channelsChanged, {});
  }
}
