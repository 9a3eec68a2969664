import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  PricingMessages,
  type ImportPriceList as ImportPriceListInput,
  type ImportPriceListReply,
  type ImportStarterCatalog as ImportStarterCatalogInput,
  type PriceListExportFormat,
  type PriceListText,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ExportPriceList } from '../use-cases/export-price-list.js';
import { ImportPriceList } from '../use-cases/import-price-list.js';
import { ImportStarterCatalog } from '../use-cases/import-starter-catalog.js';

/** What operators do with whole price lists. */
@Controller()
export class PriceListsController {
  constructor(
    private readonly importPriceList: ImportPriceList,
    private readonly exportPriceList: ExportPriceList,
    private readonly importStarterCatalog: ImportStarterCatalog,
  ) {}

  @Answers(PricingMessages.importPriceList)
  import(@Payload() input: ImportPriceListInput): Promise<ImportPriceListReply> {
    return this.importPriceList.execute(input);
  }

  @Answers(PricingMessages.exportPriceList)
  export(
    @Payload() request: { readonly format: PriceListExportFormat; readonly encoding?: 'gzip-base64' },
  ): Promise<PriceListText> {
    return this.exportPriceList.execute(request);
  }

  @Answers(PricingMessages.importStarterCatalog)
  importStarter(@Payload() input: ImportStarterCatalogInput): Promise<ImportPriceListReply> {
    return this.importStarterCatalog.execute(input);
  }
}
