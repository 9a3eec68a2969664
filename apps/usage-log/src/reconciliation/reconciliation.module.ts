import { Module } from '@nestjs/common';
import { UsageRecordsModule } from '../persistence/usage-records.module.js';
import { RecordUsage } from '../use-cases/record-usage.js';
import { LedgerSide } from './domain/ledger-side.js';
import { RecordedUsages } from './domain/recorded-usage.js';
import { Runs } from './domain/runs.js';
import { ReconciliationController } from './messaging/reconciliation.controller.js';
import { ReconciliationSchedule } from './messaging/reconciliation-schedule.js';
import { RemoteLedgerSide } from './messaging/remote-ledger-side.js';
import { PostgresRecordedUsages } from './persistence/postgres-recorded-usages.js';
import { PostgresRuns } from './persistence/postgres-runs.js';
import { readReconciliationSettings, ReconciliationSettings } from './reconciliation-settings.js';
import { BeginReconciliation } from './use-cases/begin-reconciliation.js';
import { ListRuns } from './use-cases/list-runs.js';
import { Reconcile } from './use-cases/reconcile.js';
import { ReconcileOnSchedule } from './use-cases/reconcile-on-schedule.js';
import { RestoreCharges } from './use-cases/restore-charges.js';
import { RestoreEvents } from './use-cases/restore-events.js';
import { RestoreRecords } from './use-cases/restore-records.js';

/** Reconciles when it is asked to. */
@Module({
  imports: [UsageRecordsModule],
  providers: [
    { provide: ReconciliationSettings, useFactory: () => readReconciliationSettings() },
    { provide: LedgerSide, useClass: RemoteLedgerSide },
    { provide: RecordedUsages, useClass: PostgresRecordedUsages },
    { provide: Runs, useClass: PostgresRuns },
    RecordUsage,
    RestoreRecords,
    RestoreCharges,
    RestoreEvents,
    Reconcile,
    BeginReconciliation,
  ],
  exports: [ReconciliationSettings, Runs, Reconcile, BeginReconciliation],
})
export class ReconcilerModule {}

/** Reconciles on a schedule as well, and answers what came of it. */
@Module({
  imports: [ReconcilerModule],
  controllers: [ReconciliationController],
  providers: [ReconciliationSchedule, ReconcileOnSchedule, ListRuns],
})
export class ReconciliationModule {}
