import { Module, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PostgresModule } from '@code-router/postgres';
import { ServiceHealth } from '@code-router/service';
import { UsageRecords } from '../domain/usage-records.js';
import { CreateReconciliationRuns1764000002010 } from './migrations/create-reconciliation-runs.js';
import { CreateUsageLog1764000000000 } from './migrations/create-usage-log.js';
import { CreateWebhooks1764000002000 } from './migrations/create-webhooks.js';
import { FindOverdueByWebhook1764000006000 } from './migrations/find-overdue-by-webhook.js';
import { KnowLevelsOfRollups1764000005000 } from './migrations/know-levels-of-rollups.js';
import { PartitionUsageLog1764000000001 } from './migrations/partition-usage-log.js';
import { RollUpAtOtherLevels1764000003000 } from './migrations/roll-up-at-other-levels.js';
import { SearchFailuresInTheirIndex1764000004000 } from './migrations/search-failures-in-their-index.js';
import { MonthlyPartitions } from './monthly-partitions.js';
import { NamedKeys } from './named-keys.js';
import { PartitionKeeper } from './partition-keeper.js';
import { PostgresUsageRecords } from './postgres-usage-records.js';
import { RecordSearch } from './record-search.js';
import { RecordWriter } from './record-writer.js';
import { UsageNames } from './usage-names.js';

export const USAGE_LOG_MIGRATIONS = [
  CreateUsageLog1764000000000,
  PartitionUsageLog1764000000001,
  CreateWebhooks1764000002000,
  CreateReconciliationRuns1764000002010,
  RollUpAtOtherLevels1764000003000,
  SearchFailuresInTheirIndex1764000004000,
  KnowLevelsOfRollups1764000005000,
  FindOverdueByWebhook1764000006000,
] as const;

/** The database of the usage log. */
@Module({
  imports: [
    PostgresModule.forService({
      service: 'usage-log',
      migrations: USAGE_LOG_MIGRATIONS,
      // Compiling a statement takes longer than any of these may run.
      sessionSettings: { jit: 'off' },
    }),
  ],
  providers: [
    MonthlyPartitions,
    PartitionKeeper,
    NamedKeys,
    RecordSearch,
    RecordWriter,
    UsageNames,
    { provide: UsageRecords, useClass: PostgresUsageRecords },
  ],
  exports: [UsageRecords],
})
export class UsageRecordsModule implements OnModuleInit {
  constructor(
    private readonly health: ServiceHealth,
    @InjectDataSource('usage-log') private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.health.registerDataSource('usage-log', this.dataSource);
  }
}
