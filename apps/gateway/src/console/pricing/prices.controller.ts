import { Body, Get, Post, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { priceTermsOf } from './price-terms.js';
import { CreatePriceVersionDto, ListPriceVersionsDto, PriceVersionDto, PriceVersionPageDto } from './price.dto.js';

/**
 * The model is a field and not part of the path: names such as `openai/gpt-4o` have slashes, and proxies disagree on
 * what an encoded slash in a path means.
 */
@AdminApi('prices', 'Models and prices')
export class PricesController {
  constructor(private readonly client: ServiceClient) {}

  /** Enters a price version. A price is never edited: the newest version in force is charged. */
  @Post()
  @MayBeNotFound()
  create(@Body() input: CreatePriceVersionDto, @Caller() { user }: SignedIn): Promise<PriceVersionDto> {
    const { model, effectiveFrom, note, isPlaceholder, confirmed } = input;
    return this.client.request(PricingMessages.createPriceVersion, {
      model,
      terms: priceTermsOf(input),
      effectiveFrom,
      note,
      isPlaceholder,
      confirmed,
      author: user.username,
    });
  }

  /** Lists the price versions of a model. */
  @Get()
  @MayBeNotFound()
  list(@Query() query: ListPriceVersionsDto): Promise<PriceVersionPageDto> {
    return this.client.request(PricingMessages.listPriceVersions, query);
  }
}
