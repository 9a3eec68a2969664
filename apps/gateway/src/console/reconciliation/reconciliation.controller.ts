import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ReconciliationMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayConflict } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { ReconciliationRunDto, ReconciliationRunPageDto, StartReconciliationDto } from './reconciliation.dto.js';

const ACCEPTED = 202;

@AdminApi('reconciliation', 'Reconciliation')
export class ReconciliationController {
  constructor(private readonly client: ServiceClient) {}

  /** Lists the comparisons of ledger, usage log and event stream, the newest first. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<ReconciliationRunPageDto> {
    return this.client.request(ReconciliationMessages.list, page) as Promise<ReconciliationRunPageDto>;
  }

  /** Begins a comparison, and answers at once; the list shows what came of it. One at a time can be under way. */
  @Post()
  @HttpCode(ACCEPTED)
  @MayConflict()
  start(@Body() input: StartReconciliationDto): Promise<ReconciliationRunDto> {
    return this.client.request(ReconciliationMessages.start, input) as Promise<ReconciliationRunDto>;
  }
}
