import { Injectable } from '@nestjs/common';
import { SETTLEMENTS_ASKED_MAX, type SettlementsStatus } from '@code-router/contracts';
import { UsageEventLog } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { PostedUsages } from '../domain/posted-usage.js';
import { reservationIdsFrom } from './reservation-ids.js';
import { SETTLEMENT_CONSUMER } from './settle.js';

/** Tells a gateway which of its settlements are in the books, and whether the others may still be on their way. */
@Injectable()
export class FindPostedSettlements {
  constructor(
    private readonly postedUsages: PostedUsages,
    private readonly eventLog: UsageEventLog,
  ) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: { readonly reservationIds: readonly string[] }): Promise<SettlementsStatus> {
    const checks = new InputChecks();
    const reservationIds = reservationIdsFrom(request.reservationIds, SETTLEMENTS_ASKED_MAX, checks);
    checks.done();
    // Before the books are read: what is in the log up to here is in them by then, or was refused.
    const reading = await this.eventLog.readingOf(SETTLEMENT_CONSUMER);
    const posted = await this.postedUsages.posted(reservationIds);
    return { posted, ...(reading ? { reading } : {}) };
  }
}
