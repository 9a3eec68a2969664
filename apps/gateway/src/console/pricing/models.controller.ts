import { Body, Get, Post, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayConflict } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { KnownGroups } from './known-groups.js';
import { CreateModelDto, ModelDto, ModelPageDto } from './model.dto.js';

@AdminApi('models', 'Models and prices')
export class ModelsController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
  ) {}

  /** Enters a model. It can be used as soon as it has a price and a channel that offers it. */
  @Post()
  @MayConflict()
  async create(@Body() input: CreateModelDto): Promise<ModelDto> {
    await this.knownGroups.expect('visibleTo', input.visibleTo);
    return this.client.request(PricingMessages.createModel, input);
  }

  /** Lists the models. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<ModelPageDto> {
    return this.client.request(PricingMessages.listModels, page);
  }
}
