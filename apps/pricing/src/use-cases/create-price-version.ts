import { Injectable } from '@nestjs/common';
import type { CreatePriceVersion as Input, PriceVersion } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { newPriceVersion } from '../domain/price-version-input.js';

/** Changes what a model costs: a price is never edited, a new version takes effect. */
@Injectable()
export class CreatePriceVersion {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute(input: Input): Promise<PriceVersion> {
    const { entry, catalogVersion } = await this.editor.addPriceVersion(newPriceVersion(input));
    this.notices.changed(catalogVersion);
    return entry;
  }
}
