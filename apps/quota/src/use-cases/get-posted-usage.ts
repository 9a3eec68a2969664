import { Injectable } from '@nestjs/common';
import { SETTLEMENTS_ASKED_MAX, type UsageEvent } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { PostedUsages } from '../domain/posted-usage.js';
import { reservationIdsFrom } from './reservation-ids.js';

/** Reads the events of settlements that were posted, for whoever has lost them. */
@Injectable()
export class GetPostedUsage {
  constructor(private readonly postedUsages: PostedUsages) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: { readonly reservationIds: readonly string[] }): Promise<{ readonly events: UsageEvent[] }> {
    const checks = new InputChecks();
    const reservationIds = reservationIdsFrom(request.reservationIds, SETTLEMENTS_ASKED_MAX, checks);
    checks.done();
    const events = await this.postedUsages.events(reservationIds);
    return { events: events.map((event) => JSON.parse(event) as UsageEvent) };
  }
}
