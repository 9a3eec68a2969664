import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  SettlementMessages,
  type ListPostedUsage,
  type Page,
  type PostedUsage,
  type SettlementsStatus,
  type UsageEvent,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { FindPostedSettlements } from '../use-cases/find-posted-settlements.js';
import { GetPostedUsage } from '../use-cases/get-posted-usage.js';
import { ListPostedUsages } from '../use-cases/list-posted-usage.js';

@Controller()
export class SettlementsController {
  constructor(
    private readonly findPosted: FindPostedSettlements,
    private readonly listPosted: ListPostedUsages,
    private readonly getPosted: GetPostedUsage,
  ) {}

  @Answers(SettlementMessages.status)
  status(@Payload() request: { readonly reservationIds: readonly string[] }): Promise<SettlementsStatus> {
    return this.findPosted.execute(request);
  }

  @Answers(SettlementMessages.listPosted)
  list(@Payload() request: ListPostedUsage): Promise<Page<PostedUsage>> {
    return this.listPosted.execute(request);
  }

  @Answers(SettlementMessages.getPosted)
  get(
    @Payload() request: { readonly reservationIds: readonly string[] },
  ): Promise<{ readonly events: readonly UsageEvent[] }> {
    return this.getPosted.execute(request);
  }
}
