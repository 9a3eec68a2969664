import { Injectable } from '@nestjs/common';
import {
  DomainError,
  type PriceListExportFormat,
  type PriceListModel,
  type PriceListText,
} from '@code-router/contracts';
import { CatalogLists } from '../domain/catalog-lists.js';
import type { KnownModel } from '../domain/price-list-plan.js';
import { packed } from '../price-list-formats/packed-text.js';
import { WRITERS } from '../price-list-formats/price-list-format.js';

/** Writes down all models with their prices in force, so that importing it again changes nothing. */
@Injectable()
export class ExportPriceList {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: {
    readonly format: PriceListExportFormat;
    readonly encoding?: 'gzip-base64';
  }): Promise<PriceListText> {
    const write = Object.hasOwn(WRITERS, request.format) ? WRITERS[request.format] : undefined;
    if (!write) {
      const formats = Object.keys(WRITERS).join(' or ');
      throw new DomainError('invalid_request_error', `format must be ${formats}.`, { param: 'format' });
    }
    const { models } = await this.lists.known();
    return packed(write(models.map(listed)), request.encoding);
  }
}

function listed(model: KnownModel): PriceListModel {
  const { price } = model;
  return {
    name: model.name,
    displayName: model.displayName,
    vendor: model.vendor,
    description: model.description,
    tags: model.tags,
    inputModalities: model.inputModalities,
    outputModalities: model.outputModalities,
    endpoints: model.endpoints,
    aliases: model.aliases,
    contextWindow: model.contextWindow,
    maxOutputTokens: model.maxOutputTokens,
    enabled: model.enabled,
    visibleTo: model.visibleTo,
    ...(price && { terms: price.terms, isPlaceholder: price.isPlaceholder }),
  };
}
