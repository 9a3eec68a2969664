import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { GatewayNotices, PricingNotices, QuotaNotices, type PrincipalChange } from '@code-router/contracts';
import { Hears } from '@code-router/messaging';
import { ChannelRegistry } from '../routing/channel-registry.js';
import { Authenticate } from './authenticate.js';
import { Quoting } from './quote.js';

/** Hears of changes elsewhere, and forgets what they made untrue. */
@Controller()
export class InvalidationController {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly quoting: Quoting,
    private readonly registry: ChannelRegistry,
  ) {}

  @Hears(QuotaNotices.principalChanged)
  principalChanged(@Payload() change: PrincipalChange): void {
    this.authenticate.forget(change);
  }

  @Hears(PricingNotices.changed)
  pricingChanged(): void {
    this.quoting.forget();
  }

  @Hears(GatewayNotices.channelsChanged)
  channelsChanged(): Promise<void> {
    return this.registry.reload();
  }
}
