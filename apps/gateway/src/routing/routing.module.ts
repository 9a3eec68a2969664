import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { ChannelHealth } from './channel-health.js';
import { ChannelMetrics } from './channel-metrics.js';
import { ChannelRegistry } from './channel-registry.js';
import { KeyHealth } from './key-health.js';
import { RouteHealth } from './route-health.js';
import { RoutingSettings } from './routing-settings.js';

@Module({
  imports: [ChannelsModule],
  providers: [
    ChannelRegistry,
    ChannelMetrics,
    RouteHealth,
    { provide: ChannelHealth, useFactory: () => new ChannelHealth() },
    { provide: KeyHealth, useFactory: () => new KeyHealth(new RoutingSettings().keyRefusedMs) },
  ],
  exports: [ChannelRegistry, ChannelHealth, KeyHealth, RouteHealth],
})
export class RoutingModule {}
