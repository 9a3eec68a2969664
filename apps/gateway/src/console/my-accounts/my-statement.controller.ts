import { Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { StatementDto, StatementExportQueryDto, StatementQueryDto } from '../accounts/statement.dto.js';
import { StatementExport } from '../accounts/statement-export.js';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi } from '../console-api.js';

@AccountApi('statement', 'My accounts')
export class MyStatementController {
  constructor(
    private readonly client: ServiceClient,
    private readonly exporting: StatementExport,
  ) {}

  /** Reads the statement of a period: the balances before and after it, and what lies between. */
  @Get()
  @Allows('ledger.read')
  read(@Member() { accountId }: AccountCaller, @Query() query: StatementQueryDto): Promise<StatementDto> {
    return this.client.request(QuotaMessages.statement, { ...query, accountId });
  }

  /** The same as a file, every entry of the period, as CSV with a line of names. */
  @Get('export')
  @Allows('ledger.read')
  @ApiOkResponse({ description: 'The file.', content: { 'text/csv': { schema: { type: 'string' } } } })
  async export(
    @Member() { accountId }: AccountCaller,
    @Query() { from, to }: StatementExportQueryDto,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, content } = await this.exporting.csv({ accountId, from, to });
    await reply
      .headers({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` })
      .send(content);
  }
}
