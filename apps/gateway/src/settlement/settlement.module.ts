import { Module } from '@nestjs/common';
import { Spool } from './journal/spool.js';
import { SettlementKeeper } from './settlement-keeper.js';
import { SettlementNoticesController } from './settlement-notices.controller.js';
import { SettlementReports } from './settlement-reports.js';
import { SpoolSettings } from './spool-settings.js';

/** The way of a settlement from the end of its request into the books. */
@Module({
  controllers: [SettlementNoticesController],
  providers: [
    Spool,
    SettlementKeeper,
    SettlementReports,
    { provide: SpoolSettings, useFactory: () => new SpoolSettings() },
  ],
  exports: [SettlementKeeper, Spool],
})
export class SettlementModule {}
