import { Get, Query } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { AuditQueryDto, LedgerAuditDto } from './audit.dto.js';

/** Auditing reads every account, key and pending reservation, which takes longer than other requests may. */
const AUDIT_TIMEOUT_MS = 60_000;

@AdminApi('audit', 'Accounts')
export class AuditController {
  constructor(private readonly client: ServiceClient) {}

  /** Checks the books: balances against ledger entries, holds against reservations. */
  @Get()
  audit(@Query() query: AuditQueryDto): Promise<LedgerAuditDto> {
    return this.client.request(QuotaMessages.audit, query, { timeoutMs: AUDIT_TIMEOUT_MS });
  }
}
