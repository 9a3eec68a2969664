import { Injectable } from '@nestjs/common';
import type { RefundedAmount } from '@code-router/contracts';
import { Adjustments } from '../domain/adjustments.js';
import { InputChecks } from '../domain/input-checks.js';

/** Tells what was given back of a request. */
@Injectable()
export class SumRefunds {
  constructor(private readonly adjustments: Adjustments) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: { readonly reservationId: string }): Promise<RefundedAmount> {
    const checks = new InputChecks();
    const reservationId = checks.uuid('reservationId', request.reservationId);
    checks.done();
    return { refundedNanos: (await this.adjustments.refunded(reservationId)).toString() };
  }
}
