import { gunzipSync, gzipSync } from 'node:zlib';
import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import {
  ExportPriceListDto,
  ImportPriceListDto,
  ImportPriceListReplyDto,
  ImportStarterCatalogDto,
  PriceListTextDto,
} from './price-list.dto.js';

/** Thousands of models are written one after the other. */
const IMPORT_TIMEOUT_MS = 60_000;

@AdminApi('price-list', 'Models and prices')
export class PriceListController {
  constructor(private readonly client: ServiceClient) {}

  /** The price list: every model with its price in force, in a form that can be imported again. */
  @Get()
  async export(@Query() { format }: ExportPriceListDto): Promise<PriceListTextDto> {
    const { content } = await this.client.request(PricingMessages.exportPriceList, { format, encoding: 'gzip-base64' });
    return { content: gunzipSync(Buffer.from(content, 'base64')).toString('utf8') };
  }

  /** Imports a price list: all of it in one change, or nothing. Ask for a dry run first. */
  @Post('import')
  @HttpCode(200)
  @MayBeNotFound()
  @MayConflict()
  import(@Body() input: ImportPriceListDto, @Caller() { user }: SignedIn): Promise<ImportPriceListReplyDto> {
    const content = gzipSync(input.content).toString('base64');
    return this.client.request(
      PricingMessages.importPriceList,
      { ...input, content, encoding: 'gzip-base64', author: user.username },
      { timeoutMs: IMPORT_TIMEOUT_MS },
    );
  }

  /** Enters well-known models with their public list prices as placeholders. What has a price already keeps it. */
  @Post('starter')
  @HttpCode(200)
  importStarter(
    @Body() { dryRun }: ImportStarterCatalogDto,
    @Caller() { user }: SignedIn,
  ): Promise<ImportPriceListReplyDto> {
    return this.client.request(
      PricingMessages.importStarterCatalog,
      { dryRun, author: user.username },
      { timeoutMs: IMPORT_TIMEOUT_MS },
    );
  }
}
