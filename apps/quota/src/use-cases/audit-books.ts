import { Injectable } from '@nestjs/common';
import type { LedgerAudit } from '@code-router/contracts';
import { Ledger } from '../domain/ledger.js';

/** Checks that balances, holds, reservations and the ledger agree. */
@Injectable()
export class AuditBooks {
  constructor(private readonly ledger: Ledger) {}

  async execute(): Promise<LedgerAudit> {
    return this.ledger.audit();
  }
}
