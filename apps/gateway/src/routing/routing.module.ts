import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { ChannelHealth } from './channel-health.js';
import { ChannelRegistry } from './channel-registry.js';

@Module({
  imports: [ChannelsModule],
  providers: [ChannelRegistry, { provide: ChannelHealth, useFactory: () => new ChannelHealth() }],
  exports: [ChannelRegistry, ChannelHealth],
})
export class RoutingModule {}
