import { Body, Get, Patch, Post, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { KnownGroups } from './known-groups.js';
import { CreateModelDto, GetModelDto, ModelDto, ModelPageDto, UpdateModelDto } from './model.dto.js';

/** The model is a field and not part of the path: names have slashes. */
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

  /** Changes a model, or enables and disables it. Requests from now on see it as it is then. */
  @Patch()
  @MayBeNotFound()
  @MayConflict()
  async update(@Body() input: UpdateModelDto): Promise<ModelDto> {
    await this.knownGroups.expect('visibleTo', input.visibleTo);
    return this.client.request(PricingMessages.updateModel, input);
  }

  /** A model by its name. */
  @Get('by-name')
  @MayBeNotFound()
  get(@Query() { name }: GetModelDto): Promise<ModelDto> {
    return this.client.request(PricingMessages.getModel, { name });
  }

  /** Lists the models. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<ModelPageDto> {
    return this.client.request(PricingMessages.listModels, page);
  }
}
