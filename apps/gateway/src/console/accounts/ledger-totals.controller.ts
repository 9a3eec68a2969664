import { Get } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { LedgerTotalsDto } from './statement.dto.js';

/** It reads the whole ledger, which takes longer than other requests may. */
const TOTALS_TIMEOUT_MS = 60_000;

@AdminApi('ledger/totals', 'Accounts')
export class LedgerTotalsController {
  constructor(private readonly client: ServiceClient) {}

  /** Adds up what all accounts have, and what revenue, grants and write-offs got or gave. */
  @Get()
  totals(): Promise<LedgerTotalsDto> {
    return this.client.request(QuotaMessages.ledgerTotals, {}, { timeoutMs: TOTALS_TIMEOUT_MS });
  }
}
