import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { QuotaNotices, SettlementNotices, type RefusedSettlement, type SettlementPosted } from '@code-router/contracts';
import { Hears } from '@code-router/messaging';
import { SettlementKeeper } from './settlement-keeper.js';

/** Hears what quota says of settlements; most are those of other gateways. */
@Controller()
export class SettlementNoticesController {
  constructor(private readonly keeper: SettlementKeeper) {}

  @Hears(QuotaNotices.posted)
  hearPosted(@Payload() { reservationIds }: SettlementPosted): void {
    this.keeper.confirm(reservationIds);
  }

  @Hears(SettlementNotices.refused)
  async hearRefused(@Payload() { refused }: { readonly refused: readonly RefusedSettlement[] }): Promise<void> {
    await this.keeper.bury(refused);
  }
}
