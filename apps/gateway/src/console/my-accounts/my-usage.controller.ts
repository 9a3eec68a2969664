import { Get, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { UsageLogMessages, type UsageRecord, type UsageStatistics } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi } from '../console-api.js';
import { UsageExport } from '../usage/export-documentation.js';
import { UsageInvoiceLineDto } from '../usage/invoice-line.dto.js';
import { withRefund } from '../usage/refunded.js';
import { MyUsageStatisticsDto, MyUsageStatisticsQueryDto, UsageNowDto } from '../usage/statistics.dto.js';
import { streamUsageExport } from '../usage/usage-export.js';
import { ExportMyUsageDto, ListMyUsageDto, MyUsageNowQueryDto } from '../usage/usage-filters.dto.js';
import { noRecord } from '../usage/usage.controller.js';
import { withoutChannels } from './my-rollups.js';
import {
  ListMyRollupsDto,
  MyUsageRecordDetailsDto,
  MyUsageRecordDto,
  MyUsageRecordPageDto,
  MyUsageRollupsDto,
} from './my-usage.dto.js';
import { UsageReach } from './usage-reach.js';

/** The usage of an account, for its members. A member without `usage.read` sees that of the keys that they made. */
@AccountApi('usage', 'My accounts')
export class MyUsageController {
  constructor(
    private readonly client: ServiceClient,
    private readonly reach: UsageReach,
  ) {}

  /**
   * Lists what requests used and cost, newest first. A page may hold fewer records than asked for and still have a next
   * one: looking for rare ones goes on there.
   */
  @Get()
  @Allows('usage.read', 'usage.read-own')
  async records(@Member() caller: AccountCaller, @Query() query: ListMyUsageDto): Promise<MyUsageRecordPageDto> {
    const scope = await this.reach.of(caller, query.keyId);
    const page = await this.client.request(UsageLogMessages.listRecords, { ...query, ...scope });
    return { ...page, items: page.items.map(withoutRoute) };
  }

  /** Sums up usage by hour or day, key and model. */
  @Get('rollups')
  @Allows('usage.read', 'usage.read-own')
  async rollups(@Member() caller: AccountCaller, @Query() query: ListMyRollupsDto): Promise<MyUsageRollupsDto> {
    const { accountId, keyIds } = await this.reach.of(caller);
    const { rollups } = await this.client.request(UsageLogMessages.listRollups, { ...query, accountId });
    const own = keyIds && new Set(keyIds);
    return { rollups: withoutChannels(own ? rollups.filter(({ keyId }) => own.has(keyId)) : rollups) };
  }

  /** Sums and percentiles for charts, by hour or day. */
  @Get('statistics')
  @Allows('usage.read', 'usage.read-own')
  async statistics(
    @Member() caller: AccountCaller,
    @Query() query: MyUsageStatisticsQueryDto,
  ): Promise<MyUsageStatisticsDto> {
    const scope = await this.reach.of(caller, query.keyId);
    return withoutCosts(await this.client.request(UsageLogMessages.statistics, { ...query, ...scope }));
  }

  /** What the last minute brought. */
  @Get('now')
  @Allows('usage.read', 'usage.read-own')
  async now(@Member() caller: AccountCaller, @Query() query: MyUsageNowQueryDto): Promise<UsageNowDto> {
    const scope = await this.reach.of(caller, query.keyId);
    return this.client.request(UsageLogMessages.now, { ...query, ...scope });
  }

  /** Exports records as a file. */
  @Get('export')
  @Allows('usage.read', 'usage.read-own')
  @UsageExport()
  async export(
    @Member() caller: AccountCaller,
    @Query() { format, ...filters }: ExportMyUsageDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const scope = await this.reach.of(caller, filters.keyId);
    return streamUsageExport(this.client, { filters: { ...filters, ...scope }, format, audience: 'account' }, reply);
  }

  /** Reads one record. */
  @Get(':recordId')
  @Allows('usage.read', 'usage.read-own')
  async record(@Member() caller: AccountCaller, @Param('recordId') id: string): Promise<MyUsageRecordDetailsDto> {
    const scope = await this.reach.of(caller);
    const { record } = await this.client.request(UsageLogMessages.findRecord, { id, ...scope });
    if (!record) throw noRecord(id);
    return withRefund(this.client, withoutRoute(record));
  }

  /** Shows how the amount of a record comes about, computed anew from the record alone. */
  @Get(':recordId/invoice-line')
  @Allows('usage.read', 'usage.read-own')
  async invoiceLine(@Member() caller: AccountCaller, @Param('recordId') id: string): Promise<UsageInvoiceLineDto> {
    const scope = await this.reach.of(caller);
    const { invoiceLine } = await this.client.request(UsageLogMessages.findInvoiceLine, { id, ...scope });
    if (!invoiceLine) throw noRecord(id);
    return invoiceLine;
  }
}

function withoutRoute(record: UsageRecord): MyUsageRecordDto {
  const {
    channelId: _id,
    channelName: _name,
    upstreamRequestId: _upstream,
    attempts: _attempts,
    tries: _tries,
    costNanos: _cost,
    ...shown
  } = record;
  return shown;
}

function withoutCosts({ granularity, series, totals }: UsageStatistics): MyUsageStatisticsDto {
  const shown = <Sums extends { readonly costNanos: string }>({ costNanos: _cost, ...sums }: Sums) => sums;
  return {
    granularity,
    series: series.map(({ group, points }) => ({ group, points: points.map(shown) })),
    totals: shown(totals),
  };
}
