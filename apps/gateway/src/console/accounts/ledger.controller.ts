import { Body, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { DomainError, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { requiredNanos } from '../input/amount.js';
import { PageQueryDto } from '../input/page.dto.js';
import { AccountIdDto } from './account.dto.js';
import { CreateGrantDto, GrantDto, LedgerPageDto } from './ledger.dto.js';
import { StatementDto, StatementQueryDto } from './statement.dto.js';

@AdminApi('accounts/:id', 'Accounts')
export class LedgerController {
  constructor(private readonly client: ServiceClient) {}

  /** Grants an amount to an account. It needs a reference, so that a request sent twice grants once. */
  @Post('grants')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The reference, unless the body has it' })
  @MayBeNotFound()
  @MayConflict()
  grant(
    @Param() { id: accountId }: AccountIdDto,
    @Body() input: CreateGrantDto,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Caller() { user }: SignedIn,
  ): Promise<GrantDto> {
    return this.client.request(QuotaMessages.grant, {
      accountId,
      amountNanos: requiredNanos({
        nanosField: 'amountNanos',
        nanos: input.amountNanos,
        creditsField: 'amountCredits',
        credits: input.amountCredits,
      }),
      reference: referenceOf(input.reference, idempotencyKey),
      note: input.note ?? '',
      author: user.username,
    });
  }

  /** Lists what moved the balance of an account. */
  @Get('ledger')
  @MayBeNotFound()
  ledger(@Param() { id: accountId }: AccountIdDto, @Query() page: PageQueryDto): Promise<LedgerPageDto> {
    return this.client.request(QuotaMessages.listLedger, { ...page, accountId });
  }

  /** Reads the statement of a period: the balances before and after it, and what lies between. */
  @Get('statement')
  @MayBeNotFound()
  statement(@Param() { id: accountId }: AccountIdDto, @Query() query: StatementQueryDto): Promise<StatementDto> {
    return this.client.request(QuotaMessages.statement, { ...query, accountId });
  }
}

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,200}$/;

function referenceOf(reference: string | undefined, idempotencyKey: string | undefined): string {
  const given = reference ?? idempotencyKey;
  if (given === undefined) {
    throw invalid('Name the grant, as reference or in the header Idempotency-Key: sent twice, it is granted once.');
  }
  if (reference !== undefined && idempotencyKey !== undefined && reference !== idempotencyKey) {
    throw invalid('reference and the header Idempotency-Key name different grants. Send one of them.');
  }
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw invalid('The header Idempotency-Key must be 1 to 200 printable ASCII characters.');
  }
  return given;
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_request_error', message, { param: 'reference' });
}
