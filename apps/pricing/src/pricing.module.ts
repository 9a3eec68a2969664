import { Module, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PostgresModule } from '@code-router/postgres';
import { ServiceHealth } from '@code-router/service';
import { BindingQuotes } from './domain/binding-quotes.js';
import { CatalogEditor } from './domain/catalog-editor.js';
import { CatalogLists } from './domain/catalog-lists.js';
import { ChangeNotices } from './domain/change-notices.js';
import { PriceBook } from './domain/price-book.js';
import { BroadcastChangeNotices } from './messaging/broadcast-change-notices.js';
import { GroupsController } from './messaging/groups.controller.js';
import { ModelsController } from './messaging/models.controller.js';
import { PriceListsController } from './messaging/price-lists.controller.js';
import { QuoteSweeper } from './messaging/quote-sweeper.js';
import { QuotesController } from './messaging/quotes.controller.js';
import { CompletePricing1764100000000 } from './persistence/migrations/complete-pricing.js';
import { CreatePricing1764000000000 } from './persistence/migrations/create-pricing.js';
import { PostgresBindingQuotes } from './persistence/postgres-binding-quotes.js';
import { PostgresCatalogEditor } from './persistence/postgres-catalog-editor.js';
import { PostgresCatalogLists } from './persistence/postgres-catalog-lists.js';
import { PostgresPriceBook } from './persistence/postgres-price-book.js';
import { CreateModel } from './use-cases/create-model.js';
import { CreatePriceVersion } from './use-cases/create-price-version.js';
import { DeleteMultiplier } from './use-cases/delete-multiplier.js';
import { ExportPriceList } from './use-cases/export-price-list.js';
import { FindBindingQuote } from './use-cases/find-binding-quote.js';
import { ForgetExpiredQuotes } from './use-cases/forget-expired-quotes.js';
import { GetModel } from './use-cases/get-model.js';
import { ImportPriceList } from './use-cases/import-price-list.js';
import { ImportStarterCatalog } from './use-cases/import-starter-catalog.js';
import { ListChoosableGroups } from './use-cases/list-choosable-groups.js';
import { ListGroups } from './use-cases/list-groups.js';
import { ListModels } from './use-cases/list-models.js';
import { ListMultipliers } from './use-cases/list-multipliers.js';
import { ListPriceVersions } from './use-cases/list-price-versions.js';
import { PromiseQuote } from './use-cases/promise-quote.js';
import { PutGroup } from './use-cases/put-group.js';
import { PutMultiplier } from './use-cases/put-multiplier.js';
import { QuoteModel } from './use-cases/quote-model.js';
import { ReadCatalog } from './use-cases/read-catalog.js';
import { UpdateModel } from './use-cases/update-model.js';

@Module({
  imports: [
    PostgresModule.forService({
      service: 'pricing',
      migrations: [CreatePricing1764000000000, CompletePricing1764100000000],
    }),
  ],
  controllers: [QuotesController, ModelsController, GroupsController, PriceListsController],
  providers: [
    QuoteModel,
    ReadCatalog,
    CreateModel,
    ListModels,
    CreatePriceVersion,
    ListPriceVersions,
    PutGroup,
    ListGroups,
    PutMultiplier,
    ListMultipliers,
    UpdateModel,
    GetModel,
    ListChoosableGroups,
    DeleteMultiplier,
    ImportPriceList,
    ExportPriceList,
    ImportStarterCatalog,
    PromiseQuote,
    FindBindingQuote,
    ForgetExpiredQuotes,
    QuoteSweeper,
    { provide: PriceBook, useClass: PostgresPriceBook },
    { provide: BindingQuotes, useClass: PostgresBindingQuotes },
    { provide: CatalogEditor, useClass: PostgresCatalogEditor },
    { provide: CatalogLists, useClass: PostgresCatalogLists },
    { provide: ChangeNotices, useClass: BroadcastChangeNotices },
  ],
})
export class PricingModule implements OnModuleInit {
  constructor(
    private readonly health: ServiceHealth,
    @InjectDataSource('pricing') private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.health.registerDataSource('pricing', this.dataSource);
  }
}
