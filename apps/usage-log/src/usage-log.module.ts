import { Module } from '@nestjs/common';
import { QueueBoardModule } from './board/queue-board.module.js';
import { DeadLettersController } from './messaging/dead-letters.controller.js';
import { RecordingLag } from './messaging/recording-lag.js';
import { UsageEventsConsumer } from './messaging/usage-events.consumer.js';
import { UsageLogController } from './messaging/usage-log.controller.js';
import { UsageQueueModule } from './messaging/usage-queue.module.js';
import { UsageWorker } from './messaging/usage.worker.js';
import { UsageRecordsModule } from './persistence/usage-records.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { EnqueueUsage } from './use-cases/enqueue-usage.js';
import { ExportUsage } from './use-cases/export-usage.js';
import { FindUsageRecord } from './use-cases/find-usage-record.js';
import { HandleDeadLetters } from './use-cases/handle-dead-letters.js';
import { ListUsageRecords } from './use-cases/list-usage-records.js';
import { ListUsageRollups } from './use-cases/list-usage-rollups.js';
import { RecordUsage } from './use-cases/record-usage.js';
import { SumUpUsage } from './use-cases/sum-up-usage.js';
import { WebhooksConsumerModule, WebhooksWorkerModule } from './webhooks/webhooks.module.js';

/** Reads the event log into the queue, and answers queries. */
@Module({
  imports: [UsageQueueModule, UsageRecordsModule, QueueBoardModule, WebhooksConsumerModule, ReconciliationModule],
  controllers: [UsageLogController, DeadLettersController],
  providers: [
    UsageEventsConsumer,
    EnqueueUsage,
    ListUsageRecords,
    FindUsageRecord,
    ExportUsage,
    ListUsageRollups,
    SumUpUsage,
    HandleDeadLetters,
  ],
})
export class UsageLogConsumerModule {}

/** Works the queue off into the database. */
@Module({
  imports: [UsageQueueModule, UsageRecordsModule, WebhooksWorkerModule],
  providers: [UsageWorker, RecordingLag, RecordUsage],
})
export class UsageLogWorkerModule {}

/** The whole service. */
@Module({ imports: [UsageLogConsumerModule, UsageLogWorkerModule] })
export class UsageLogModule {}

/** The parts that one process may take on. */
export const USAGE_LOG_ROLES = {
  all: UsageLogModule,
  consumer: UsageLogConsumerModule,
  worker: UsageLogWorkerModule,
} as const;
