import { Injectable } from '@nestjs/common';
import type { LedgerTotals } from '@code-router/contracts';
import { Ledger } from '../domain/ledger.js';

/** Adds up both sides of all entries. */
@Injectable()
export class TotalLedger {
  constructor(private readonly ledger: Ledger) {}

  async execute(): Promise<LedgerTotals> {
    return this.ledger.totals();
  }
}
