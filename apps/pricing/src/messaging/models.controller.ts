import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  PricingMessages,
  type CreateModel as CreateModelInput,
  type CreatePriceVersion as CreatePriceVersionInput,
  type Model,
  type Page,
  type PageRequest,
  type PriceVersion,
  type UpdateModel as UpdateModelInput,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { CreateModel } from '../use-cases/create-model.js';
import { CreatePriceVersion } from '../use-cases/create-price-version.js';
import { GetModel } from '../use-cases/get-model.js';
import { ListModels } from '../use-cases/list-models.js';
import { ListPriceVersions } from '../use-cases/list-price-versions.js';
import { UpdateModel } from '../use-cases/update-model.js';

/** What operators ask about models and their prices. */
@Controller()
export class ModelsController {
  constructor(
    private readonly createModel: CreateModel,
    private readonly updateModel: UpdateModel,
    private readonly getModel: GetModel,
    private readonly listModels: ListModels,
    private readonly createPriceVersion: CreatePriceVersion,
    private readonly listPriceVersions: ListPriceVersions,
  ) {}

  @Answers(PricingMessages.createModel)
  create(@Payload() input: CreateModelInput): Promise<Model> {
    return this.createModel.execute(input);
  }

  @Answers(PricingMessages.updateModel)
  update(@Payload() input: UpdateModelInput): Promise<Model> {
    return this.updateModel.execute(input);
  }

  @Answers(PricingMessages.getModel)
  get(@Payload() request: { readonly name: string }): Promise<Model> {
    return this.getModel.execute(request);
  }

  @Answers(PricingMessages.listModels)
  list(@Payload() request: PageRequest): Promise<Page<Model>> {
    return this.listModels.execute(request);
  }

  @Answers(PricingMessages.createPriceVersion)
  createPrice(@Payload() input: CreatePriceVersionInput): Promise<PriceVersion> {
    return this.createPriceVersion.execute(input);
  }

  @Answers(PricingMessages.listPriceVersions)
  listPrices(@Payload() request: PageRequest & { readonly model: string }): Promise<Page<PriceVersion>> {
    return this.listPriceVersions.execute(request);
  }
}
