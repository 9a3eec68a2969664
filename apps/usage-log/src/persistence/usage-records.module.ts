import { Module, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PostgresModule } from '@code-router/postgres';
import { ServiceHealth } from '@code-router/service';
import { UsageRecords } from '../domain/usage-records.js';
import { CreateUsageLog1764000000000 } from './migrations/create-usage-log.js';
import { PostgresUsageRecords } from './postgres-usage-records.js';

/** The database of the usage log. */
@Module({
  imports: [PostgresModule.forService({ service: 'usage-log', migrations: [CreateUsageLog1764000000000] })],
  providers: [{ provide: UsageRecords, useClass: PostgresUsageRecords }],
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
