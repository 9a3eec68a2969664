import { Injectable } from '@nestjs/common';
import { DomainError, type PostedEntry, type RefundRequest as RefundMessage } from '@code-router/contracts';
import { Adjustments } from '../domain/adjustments.js';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX, NOTE_LENGTH_MAX } from '../domain/limits.js';

/** Gives back what a request cost, or a part of it. */
@Injectable()
export class RefundRequest {
  constructor(private readonly adjustments: Adjustments) {}

  /**
   * @throws DomainError `invalid_request_error`; `not_found` when nothing was charged for the reservation; `conflict`, see
   * {@link Adjustments.refund}.
   */
  async execute(request: RefundMessage): Promise<PostedEntry> {
    const checks = new InputChecks();
    const reservationId = checks.uuid('reservationId', request.reservationId);
    const refund = {
      reservationId,
      amountNanos: checks.optional(request.amountNanos, (amount) =>
        checks.nanos('amountNanos', amount, { min: 1n, max: AMOUNT_NANOS_MAX }),
      ),
      reference: checks.optional(request.reference, (text) => checks.name('reference', text)) ?? reservationId,
      reason: checks.name('reason', request.reason, NOTE_LENGTH_MAX),
      author: checks.name('author', request.author),
    };
    checks.done();
    const posted = await this.adjustments.refund(refund);
    if (posted) return posted;
    throw new DomainError('not_found', `Nothing was charged for the reservation ${reservationId}.`, { reservationId });
  }
}
