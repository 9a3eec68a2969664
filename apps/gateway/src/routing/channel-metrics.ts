import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import { ChannelHealth } from './channel-health.js';
import { ChannelRegistry } from './channel-registry.js';
import { hasUsableKey, keysRestUntil } from './key-choice.js';
import { KeyHealth } from './key-health.js';

/** Shows to Prometheus how the channels are that an operator has enabled. */
@Injectable()
export class ChannelMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly registry: ChannelRegistry,
    private readonly channelHealth: ChannelHealth,
    private readonly keyHealth: KeyHealth,
  ) {}

  onModuleInit(): void {
    this.metrics.addGauge({
      name: 'code_router_channel_healthy',
      help: '1 for an enabled channel that is used in its turn; 0 while it or all of its keys rest, or it has no key to use.',
      label: 'channel',
      read: () => {
        const enabled = this.registry.all().filter(({ status }) => status === 'active');
        return Object.fromEntries(
          enabled.map((channel) => {
            const rests =
              this.channelHealth.isResting(channel.id) || keysRestUntil(channel, this.keyHealth) > this.keyHealth.now();
            return [channel.id, hasUsableKey(channel) && !rests ? 1 : 0];
          }),
        );
      },
    });
    this.metrics.addGaugeOf({
      name: 'code_router_channel_info',
      help: 'Always 1: what the channel of an id is called, to be joined with the other metrics.',
      labels: ['channel', 'name'],
      read: () => this.registry.all().map(({ id, name }) => ({ labels: { channel: id, name }, value: 1 })),
    });
  }
}
