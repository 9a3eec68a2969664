import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError, type CatalogModel } from '@code-router/contracts';
import { ChannelRegistry } from '../routing/channel-registry.js';
import { Authenticate } from './authenticate.js';
import { Quoting } from './quote.js';

/** A model as OpenAI lists it, with what callers of a gateway also want to know. */
interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  /** Unix time in seconds. */
  readonly created: number;
  readonly owned_by: string;
  readonly name: string;
  readonly context_length: number;
  readonly max_output_tokens: number;
}

/** `GET /v1/models` and `GET /v1/models/{id}`: the models that the key's group may use and some channel serves. */
@ApiExcludeController()
@Controller('v1/models')
export class ModelsController {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly quoting: Quoting,
    private readonly registry: ChannelRegistry,
  ) {}

  @Get()
  async list(@Req() request: FastifyRequest) {
    return { object: 'list', data: await this.usableModels(request) };
  }

  /** Model names may contain slashes. */
  @Get('*')
  async get(@Req() request: FastifyRequest, @Param('*') id: string): Promise<ListedModel> {
    const model = (await this.usableModels(request)).find((candidate) => candidate.id === id);
    if (model) return model;
    throw new DomainError('model_not_found', `The model '${id}' does not exist, or is not for your group.`, {
      param: 'model',
    });
  }

  private async usableModels(request: FastifyRequest): Promise<readonly ListedModel[]> {
    const principal = await this.authenticate.principalOf(request.headers);
    const catalog = await this.quoting.catalogFor(principal);
    const served = this.registry.modelsFor(principal.keyGroup ?? principal.accountGroup);
    const { allowedModels } = principal;
    return catalog.models
      .filter(({ name }) => served.has(name) && (allowedModels === undefined || allowedModels.includes(name)))
      .map(listed);
  }
}

function listed(model: CatalogModel): ListedModel {
  return {
    id: model.name,
    object: 'model',
    created: Math.floor(Date.parse(model.createdAt) / 1_000),
    owned_by: model.vendor,
    name: model.displayName,
    context_length: model.contextWindow,
    max_output_tokens: model.maxOutputTokens,
  };
}
