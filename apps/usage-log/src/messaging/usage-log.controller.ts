import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  UsageLogMessages,
  type ExportUsage as ExportRequest,
  type FindUsageRecord as FindRequest,
  type ListUsageRecords as RecordsRequest,
  type ListUsageRollups as RollupsRequest,
  type Page,
  type UsageExportPart,
  type UsageFilters,
  type UsageInvoiceLine,
  type UsageNow,
  type UsageRecord,
  type UsageRollup,
  type UsageStatistics,
  type UsageStatisticsRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ExportUsage } from '../use-cases/export-usage.js';
import { FindUsageRecord } from '../use-cases/find-usage-record.js';
import { ListUsageRecords } from '../use-cases/list-usage-records.js';
import { ListUsageRollups } from '../use-cases/list-usage-rollups.js';
import { SumUpUsage } from '../use-cases/sum-up-usage.js';

@Controller()
export class UsageLogController {
  constructor(
    private readonly listUsageRecords: ListUsageRecords,
    private readonly findUsageRecord: FindUsageRecord,
    private readonly exportUsage: ExportUsage,
    private readonly listUsageRollups: ListUsageRollups,
    private readonly sumUpUsage: SumUpUsage,
  ) {}

  @Answers(UsageLogMessages.listRecords)
  listRecords(@Payload() request: RecordsRequest): Promise<Page<UsageRecord>> {
    return this.listUsageRecords.execute(request);
  }

  @Answers(UsageLogMessages.findRecord)
  async findRecord(@Payload() request: FindRequest): Promise<{ readonly record: UsageRecord | null }> {
    return { record: await this.findUsageRecord.execute(request) };
  }

  @Answers(UsageLogMessages.findInvoiceLine)
  async findInvoiceLine(@Payload() request: FindRequest): Promise<{ readonly invoiceLine: UsageInvoiceLine | null }> {
    return { invoiceLine: await this.findUsageRecord.invoiceLine(request) };
  }

  @Answers(UsageLogMessages.exportRecords)
  exportRecords(@Payload() request: ExportRequest): Promise<UsageExportPart> {
    return this.exportUsage.execute(request);
  }

  @Answers(UsageLogMessages.estimateRecords)
  async estimateRecords(@Payload() filters: UsageFilters): Promise<{ readonly rows: number }> {
    return { rows: await this.sumUpUsage.estimate(filters) };
  }

  @Answers(UsageLogMessages.listRollups)
  listRollups(@Payload() request: RollupsRequest): Promise<{ readonly rollups: readonly UsageRollup[] }> {
    return this.listUsageRollups.execute(request);
  }

  @Answers(UsageLogMessages.statistics)
  statistics(@Payload() request: UsageStatisticsRequest): Promise<UsageStatistics> {
    return this.sumUpUsage.statistics(request);
  }

  @Answers(UsageLogMessages.now)
  now(@Payload() scope: Pick<UsageFilters, 'accountId' | 'keyId' | 'keyIds'>): Promise<UsageNow> {
    return this.sumUpUsage.now(scope);
  }
}
