import { Injectable } from '@nestjs/common';
import type { GrantReply, GrantRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { Ledger } from '../domain/ledger.js';
import { AMOUNT_NANOS_MAX, NOTE_LENGTH_MAX } from '../domain/limits.js';
import { noSuchAccount } from '../domain/not-found.js';

/** Adds to an account's balance. Asked again with the same reference, it answers with the entry that is there. */
@Injectable()
export class GrantBalance {
  constructor(private readonly ledger: Ledger) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `conflict`, see {@link Ledger.grant}. */
  async execute(request: GrantRequest): Promise<GrantReply> {
    const checks = new InputChecks();
    const grant = {
      accountId: checks.uuid('accountId', request.accountId),
      amountNanos: checks.nanos('amountNanos', request.amountNanos, { min: 1n, max: AMOUNT_NANOS_MAX }),
      reference: checks.name('reference', request.reference),
      note: checks.text('note', request.note, NOTE_LENGTH_MAX),
      author: checks.name('author', request.author),
    };
    checks.done();
    const granted = await this.ledger.grant(grant);
    if (!granted) throw noSuchAccount(grant.accountId);
    return granted;
  }
}
