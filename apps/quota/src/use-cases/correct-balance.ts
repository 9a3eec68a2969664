import { Injectable } from '@nestjs/common';
import type { CorrectionRequest, PostedEntry } from '@code-router/contracts';
import { Adjustments } from '../domain/adjustments.js';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX, NOTE_LENGTH_MAX } from '../domain/limits.js';
import { noSuchAccount } from '../domain/not-found.js';

/** Adds to a balance or takes from it, for a reason that is written down. */
@Injectable()
export class CorrectBalance {
  constructor(private readonly adjustments: Adjustments) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `conflict`, see {@link Adjustments.correct}. */
  async execute(request: CorrectionRequest): Promise<PostedEntry> {
    const checks = new InputChecks();
    const correction = {
      accountId: checks.uuid('accountId', request.accountId),
      amountNanos: checks.nanos('amountNanos', request.amountNanos, { min: -AMOUNT_NANOS_MAX, max: AMOUNT_NANOS_MAX }),
      reference: checks.name('reference', request.reference),
      reason: checks.name('reason', request.reason, NOTE_LENGTH_MAX),
      author: checks.name('author', request.author),
    };
    if (/^-?0+$/.test(request.amountNanos)) checks.refuse('amountNanos', 'must not be zero');
    checks.done();
    const posted = await this.adjustments.correct(correction);
    if (!posted) throw noSuchAccount(correction.accountId);
    return posted;
  }
}
