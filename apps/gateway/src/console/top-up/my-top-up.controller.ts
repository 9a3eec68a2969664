import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { TopUpMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { GrantDto } from '../accounts/ledger.dto.js';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi, MayConflict } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { BeginPaymentDto, BegunPaymentDto, PaymentDto, PaymentIdDto, PaymentPageDto, RedeemDto } from './top-up.dto.js';

/** Asking Stripe takes longer than asking a service. */
const PROVIDER_TIMEOUT_MS = 25_000;

@AccountApi('', 'Top-up')
export class MyTopUpController {
  constructor(private readonly client: ServiceClient) {}

  /** Redeems a code. Guessing is slowed down: after a few wrong codes it answers 429. */
  @Post('redemptions')
  @Allows('top-up')
  @MayConflict()
  redeem(@Member() { accountId, user }: AccountCaller, @Body() { code }: RedeemDto): Promise<GrantDto> {
    return this.client.request(TopUpMessages.redeem, { accountId, userId: user.id, code });
  }

  /** Begins a payment. The account is credited when it is paid. */
  @Post('payments')
  @Allows('top-up')
  @MayConflict()
  begin(@Member() { accountId, user }: AccountCaller, @Body() input: BeginPaymentDto): Promise<BegunPaymentDto> {
    const request = { ...input, accountId, userId: user.id };
    return this.client.request(TopUpMessages.beginPayment, request, { timeoutMs: PROVIDER_TIMEOUT_MS });
  }

  /** Lists the payments for the account. */
  @Get('payments')
  @Allows('top-up')
  list(@Member() { accountId }: AccountCaller, @Query() page: PageQueryDto): Promise<PaymentPageDto> {
    return this.client.request(TopUpMessages.listPayments, { ...page, accountId });
  }

  /** How a payment stands; one that is open is asked for at the provider. */
  @Get('payments/:id')
  @Allows('top-up')
  get(@Member() { accountId }: AccountCaller, @Param() { id }: PaymentIdDto): Promise<PaymentDto> {
    return this.client.request(TopUpMessages.refreshPayment, { accountId, id }, { timeoutMs: PROVIDER_TIMEOUT_MS });
  }

  /** Makes a trial payment paid, where trial payments are switched on. It is not real money. */
  @Post('payments/:id/confirm-trial')
  @HttpCode(200)
  @Allows('top-up')
  confirm(@Member() { accountId }: AccountCaller, @Param() { id }: PaymentIdDto): Promise<PaymentDto> {
    return this.client.request(TopUpMessages.confirmTrialPayment, { accountId, id });
  }
}
