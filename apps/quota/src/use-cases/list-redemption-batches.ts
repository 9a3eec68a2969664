import { Injectable } from '@nestjs/common';
import type { Page, PageRequest, RedemptionBatch } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { pageOf, pageStart } from '../domain/page.js';
import { Redemptions } from '../domain/redemptions.js';

@Injectable()
export class ListRedemptionBatches {
  constructor(private readonly redemptions: Redemptions) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest): Promise<Page<RedemptionBatch>> {
    const checks = new InputChecks();
    const start = pageStart('redemption-batches', request, checks);
    checks.done();
    return pageOf('redemption-batches', start, await this.redemptions.listBatches(start));
  }
}
