import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { SiteModule } from '../site/site.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { Authenticate } from './authenticate.js';
import { ChatCompletionsController } from './chat-completions.controller.js';
import { DeliverAnswer } from './deliver-answer.js';
import { DeliverStream } from './deliver-stream.js';
import { Estimating } from './estimate.js';
import { InvalidationController } from './invalidation.controller.js';
import { LeaseKeeper } from './lease-keeper.js';
import { LocalUsage } from './local-usage.js';
import { ModelsController } from './models.controller.js';
import { Proxying } from './proxy.js';
import { QuoteController } from './quote.controller.js';
import { Quoting } from './quote.js';
import { RelayFlow } from './relay-flow.js';
import { RelayMetrics } from './relay-metrics.js';
import { RelaySettings } from './relay-settings.js';
import { Reserving } from './reserve.js';
import { Settling } from './settle.js';

/** The request flow, in the order in which it runs. */
@Module({
  imports: [ProvidersModule, RoutingModule, SettlementModule, SiteModule, TokensModule],
  controllers: [ChatCompletionsController, ModelsController, QuoteController, InvalidationController],
  providers: [
    RelayFlow,
    RelayMetrics,
    Authenticate,
    Quoting,
    Estimating,
    Reserving,
    LeaseKeeper,
    Proxying,
    DeliverAnswer,
    DeliverStream,
    LocalUsage,
    Settling,
    { provide: RelaySettings, useFactory: () => new RelaySettings() },
  ],
  exports: [Authenticate, RelayFlow],
})
export class RelayModule {}
