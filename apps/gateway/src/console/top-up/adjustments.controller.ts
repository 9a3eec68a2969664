import { Body, Param, Post } from '@nestjs/common';
import { TopUpMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AccountIdDto } from '../accounts/account.dto.js';
import { GrantDto } from '../accounts/ledger.dto.js';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { CreateCorrectionDto, CreateRefundDto } from './top-up.dto.js';

@AdminApi('', 'Accounts')
export class AdjustmentsController {
  constructor(private readonly client: ServiceClient) {}

  /** Corrects a balance, for a reason. No more can be taken than is available. */
  @Post('accounts/:id/corrections')
  @MayBeNotFound()
  @MayConflict()
  correct(
    @Param() { id: accountId }: AccountIdDto,
    @Body() input: CreateCorrectionDto,
    @Caller() { user }: SignedIn,
  ): Promise<GrantDto> {
    return this.client.request(TopUpMessages.correct, { ...input, accountId, author: user.username });
  }

  /** Gives back what a request cost, or a part of it, for a reason; at most what was paid for it. */
  @Post('refunds')
  @MayBeNotFound()
  @MayConflict()
  refund(@Body() input: CreateRefundDto, @Caller() { user }: SignedIn): Promise<GrantDto> {
    return this.client.request(TopUpMessages.refund, { ...input, author: user.username });
  }
}
