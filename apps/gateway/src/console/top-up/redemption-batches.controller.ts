import { Body, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { TopUpMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { requiredNanos } from '../input/amount.js';
import { PageQueryDto } from '../input/page.dto.js';
import {
  CreatedRedemptionBatchDto,
  CreateRedemptionBatchDto,
  RedemptionBatchDto,
  RedemptionBatchIdDto,
  RedemptionBatchPageDto,
  UpdateRedemptionBatchDto,
} from './top-up.dto.js';

@AdminApi('redemption-batches', 'Top-up')
export class RedemptionBatchesController {
  constructor(private readonly client: ServiceClient) {}

  /** Makes redemption codes. The answer shows them, this once. */
  @Post()
  create(@Body() input: CreateRedemptionBatchDto, @Caller() { user }: SignedIn): Promise<CreatedRedemptionBatchDto> {
    const { name, codeCount, usesMax, expiresAt } = input;
    const amountNanos = requiredNanos({
      nanosField: 'amountNanos',
      nanos: input.amountNanos,
      creditsField: 'amountCredits',
      credits: input.amountCredits,
    });
    const author = user.username;
    return this.client.request(TopUpMessages.createRedemptionBatch, {
      name,
      amountNanos,
      codeCount,
      usesMax,
      expiresAt,
      author,
    });
  }

  /** Lists the batches of codes, without the codes. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<RedemptionBatchPageDto> {
    return this.client.request(TopUpMessages.listRedemptionBatches, page);
  }

  /** Disables or enables the codes of a batch. */
  @Patch(':id')
  @MayBeNotFound()
  update(
    @Param() { id }: RedemptionBatchIdDto,
    @Body() { status }: UpdateRedemptionBatchDto,
  ): Promise<RedemptionBatchDto> {
    return this.client.request(TopUpMessages.updateRedemptionBatch, { id, status });
  }
}
