import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { DomainError, QuotaMessages, WebhookMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import {
  CreatedWebhookDto,
  CreateWebhookDto,
  ListWebhooksDto,
  RotatedWebhookSecretDto,
  RotateWebhookSecretDto,
  UpdateWebhookDto,
  WebhookDeletedDto,
  WebhookDto,
  WebhookIdDto,
  WebhookPageDto,
} from './webhook.dto.js';

@AdminApi('webhooks', 'Webhooks')
export class WebhooksController {
  constructor(private readonly client: ServiceClient) {}

  /** Lists the webhooks. */
  @Get()
  list(@Query() query: ListWebhooksDto): Promise<WebhookPageDto> {
    return this.client.request(WebhookMessages.list, query) as Promise<WebhookPageDto>;
  }

  /** Makes a webhook, which gets what happens from now on. The answer shows its secret, this once. */
  @Post()
  @MayConflict()
  async create(@Body() input: CreateWebhookDto): Promise<CreatedWebhookDto> {
    if (input.accountId) await this.expectAccount(input.accountId);
    return this.client.request(WebhookMessages.create, input) as Promise<CreatedWebhookDto>;
  }

  /** Reads one webhook. */
  @Get(':id')
  @MayBeNotFound()
  get(@Param() { id }: WebhookIdDto): Promise<WebhookDto> {
    return this.client.request(WebhookMessages.get, { id }) as Promise<WebhookDto>;
  }

  /** Changes a webhook, disables it or makes it active again. */
  @Patch(':id')
  @MayBeNotFound()
  update(@Param() { id }: WebhookIdDto, @Body() input: UpdateWebhookDto): Promise<WebhookDto> {
    return this.client.request(WebhookMessages.update, { ...input, id }) as Promise<WebhookDto>;
  }

  /** Removes a webhook with the log of its deliveries. */
  @Delete(':id')
  @MayBeNotFound()
  delete(@Param() { id }: WebhookIdDto): Promise<WebhookDeletedDto> {
    return this.client.request(WebhookMessages.delete, { id });
  }

  /** Gives a webhook another secret. The one of before signs as well for a while, so that receivers can change over. */
  @Post(':id/rotate-secret')
  @MayBeNotFound()
  rotateSecret(@Param() { id }: WebhookIdDto, @Body() input: RotateWebhookSecretDto): Promise<RotatedWebhookSecretDto> {
    return this.client.request(WebhookMessages.rotateSecret, { ...input, id });
  }

  /** A webhook for an account that there is not would wait for ever. */
  private async expectAccount(id: string): Promise<void> {
    try {
      await this.client.request(QuotaMessages.getAccount, { id });
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error;
      throw new DomainError('invalid_request_error', `accountId names no account: ${id}.`, { param: 'accountId' });
    }
  }
}
