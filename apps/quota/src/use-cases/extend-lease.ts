import { Injectable } from '@nestjs/common';
import type { ExtendReply, ExtendRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { LEASE_MS_MAX } from '../domain/limits.js';
import { Reservations } from '../domain/reservations.js';

/** Keeps a hold alive while its request is still being answered. */
@Injectable()
export class ExtendLease {
  constructor(private readonly reservations: Reservations) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: ExtendRequest): Promise<ExtendReply> {
    const checks = new InputChecks();
    const reservationId = checks.uuid('reservationId', request.reservationId);
    const leaseMs = checks.wholeNumber('leaseMs', request.leaseMs, { min: 1, max: LEASE_MS_MAX });
    checks.done();
    return { extended: await this.reservations.extend(reservationId, leaseMs) };
  }
}
