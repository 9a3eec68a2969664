import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  QuotaMessages,
  type AuditRequest,
  type GrantReply,
  type GrantRequest,
  type LedgerAudit,
  type LedgerEntry,
  type LedgerTotals,
  type Page,
  type PageRequest,
  type Statement,
  type StatementRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { AuditBooks } from '../use-cases/audit-books.js';
import { GrantBalance } from '../use-cases/grant-balance.js';
import { ListLedger } from '../use-cases/list-ledger.js';
import { ReadStatement } from '../use-cases/read-statement.js';
import { TotalLedger } from '../use-cases/total-ledger.js';

@Controller()
export class LedgerController {
  constructor(
    private readonly grantBalance: GrantBalance,
    private readonly listLedger: ListLedger,
    private readonly readStatement: ReadStatement,
    private readonly totalLedger: TotalLedger,
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

  @Answers(QuotaMessages.statement)
  statement(@Payload() request: StatementRequest): Promise<Statement> {
    return this.readStatement.execute(request);
  }

  @Answers(QuotaMessages.ledgerTotals)
  totals(): Promise<LedgerTotals> {
    return this.totalLedger.execute();
  }

  @Answers(QuotaMessages.audit)
  audit(@Payload() request: AuditRequest): Promise<LedgerAudit> {
    return this.auditBooks.execute(request);
  }
}
