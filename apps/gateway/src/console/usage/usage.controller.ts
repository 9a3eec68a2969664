import { Get, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError, UsageLogMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { UsageExport } from './export-documentation.js';
import { withAccountNames } from './group-names.js';
import { UsageInvoiceLineDto } from './invoice-line.dto.js';
import { withRefund } from './refunded.js';
import { ListUsageRollupsDto, UsageRollupsDto } from './rollups.dto.js';
import { UsageNowDto, UsageStatisticsDto, UsageStatisticsQueryDto } from './statistics.dto.js';
import { streamUsageExport } from './usage-export.js';
import { ExportUsageDto, ListUsageRecordsDto, UsageNowQueryDto } from './usage-filters.dto.js';
import { UsageRecordDetailsDto, UsageRecordPageDto } from './usage.dto.js';

@AdminApi('usage', 'Usage')
export class UsageController {
  constructor(private readonly client: ServiceClient) {}

  /**
   * Lists what requests used and cost, newest first. A page may hold fewer records than asked for and still have a next
   * one: looking for rare ones goes on there.
   */
  @Get()
  records(@Query() query: ListUsageRecordsDto): Promise<UsageRecordPageDto> {
    return this.client.request(UsageLogMessages.listRecords, query);
  }

  /** Sums up the usage of an account by hour or day, key, model and channel. */
  @Get('rollups')
  rollups(@Query() query: ListUsageRollupsDto): Promise<UsageRollupsDto> {
    return this.client.request(UsageLogMessages.listRollups, query);
  }

  /** Sums and percentiles for charts, by hour or day. */
  @Get('statistics')
  async statistics(@Query() query: UsageStatisticsQueryDto): Promise<UsageStatisticsDto> {
    const statistics = await this.client.request(UsageLogMessages.statistics, query);
    return query.groupBy === 'account' ? withAccountNames(this.client, statistics) : statistics;
  }

  /** What the last minute brought. */
  @Get('now')
  now(@Query() query: UsageNowQueryDto): Promise<UsageNowDto> {
    return this.client.request(UsageLogMessages.now, query);
  }

  /** Exports records as a file. */
  @Get('export')
  @UsageExport()
  export(
    @Query() { format, ...filters }: ExportUsageDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return streamUsageExport(this.client, { filters, format, audience: 'operator' }, reply);
  }

  /** Reads one record. */
  @Get(':recordId')
  @MayBeNotFound()
  async record(@Param('recordId') id: string): Promise<UsageRecordDetailsDto> {
    const { record } = await this.client.request(UsageLogMessages.findRecord, { id });
    if (!record) throw noRecord(id);
    return withRefund(this.client, record);
  }

  /** Shows how the amount of a record comes about, computed anew from the record alone. */
  @Get(':recordId/invoice-line')
  @MayBeNotFound()
  async invoiceLine(@Param('recordId') id: string): Promise<UsageInvoiceLineDto> {
    const { invoiceLine } = await this.client.request(UsageLogMessages.findInvoiceLine, { id });
    if (!invoiceLine) throw noRecord(id);
    return invoiceLine;
  }
}

export function noRecord(id: string): DomainError {
  return new DomainError('not_found', 'There is no usage record of that id.', { recordId: id.slice(0, 100) });
}
