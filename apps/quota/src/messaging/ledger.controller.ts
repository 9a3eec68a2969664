import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  QuotaMessages,
  type GrantReply,
  type GrantRequest,
  type LedgerAudit,
  type LedgerEntry,
  type Page,
  type PageRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { AuditBooks } from '../use-cases/audit-books.js';
import { GrantBalance } from '../use-cases/grant-balance.js';
import { ListLedger } from '../use-cases/list-ledger.js';

@Controller()
export class LedgerController {
  constructor(
    private readonly grantBalance: GrantBalance,
    private readonly listLedger: ListLedger,
    private readonly auditBooks: AuditBooks,
  ) {}

  @Answers(QuotaMessages.grant)
  grant(@Payload() request: GrantRequest): Promise<GrantReply> {
    return this.grantBalance.execute(request);
  }

  @Answers(QuotaMessages.listLedger)
  list(@Payload() request: PageRequest & { readonly accountId: string }): Promise<Page<LedgerEntry>> {
    return this.listLedger.execute(request);
  }

  @Answers(QuotaMessages.audit)
  audit(): Promise<LedgerAudit> {
    return this.auditBooks.execute();
  }
}
