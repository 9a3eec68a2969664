import { Injectable } from '@nestjs/common';
import type { Page, PageRequest, Payment } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { pageOf, pageStart } from '../domain/page.js';
import { Payments } from '../domain/payments.js';

@Injectable()
export class ListPayments {
  constructor(private readonly payments: Payments) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest & { readonly accountId: string }): Promise<Page<Payment>> {
    const checks = new InputChecks();
    const start = pageStart('payments', request, checks);
    const accountId = checks.uuid('accountId', request.accountId);
    checks.done();
    return pageOf('payments', start, await this.payments.list(accountId, start));
  }
}
