import { Injectable } from '@nestjs/common';
import { DomainError, type AuditRequest, type LedgerAudit } from '@code-router/contracts';
import { Ledger } from '../domain/ledger.js';

interface Audit {
  readonly startedAt: number;
  readonly result: Promise<LedgerAudit>;
}

/** Checks that balances, holds, reservations and the ledger agree. */
@Injectable()
export class AuditBooks {
  /** The newest that did not fail, or is under way. */
  private newest: Audit | undefined;

  constructor(private readonly ledger: Ledger) {}

  /**
   * Reads the whole ledger, unless an audit will do that this process began a while ago: the books of one that is younger
   * than that are awaited where it is still under way.
   *
   * @throws DomainError `invalid_request_error` when the age is no number of seconds.
   */
  async execute({ maxAgeSeconds = 0 }: AuditRequest = {}): Promise<LedgerAudit> {
    if (!Number.isFinite(maxAgeSeconds) || maxAgeSeconds < 0) {
      throw new DomainError('invalid_request_error', 'maxAgeSeconds must be a number of seconds, 0 or more.', {
        param: 'maxAgeSeconds',
      });
    }
    if (this.newest && Date.now() - this.newest.startedAt < maxAgeSeconds * 1_000) return this.newest.result;
    const audit: Audit = { startedAt: Date.now(), result: this.ledger.audit() };
    this.newest = audit;
    try {
      return await audit.result;
    } catch (error) {
      if (this.newest === audit) this.newest = undefined;
      throw error;
    }
  }
}
