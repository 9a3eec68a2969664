import { Injectable } from '@nestjs/common';
import { DomainError, type ActiveStatus, type RedemptionBatch } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { Redemptions } from '../domain/redemptions.js';

/** Disables or enables all codes of a batch. What was redeemed stays redeemed. */
@Injectable()
export class UpdateRedemptionBatch {
  constructor(private readonly redemptions: Redemptions) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: { readonly id: string; readonly status: ActiveStatus }): Promise<RedemptionBatch> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    const status = checks.oneOf('status', request.status, ['active', 'disabled']);
    checks.done();
    const batch = await this.redemptions.setBatchStatus(id, status);
    if (!batch) throw new DomainError('not_found', `There is no batch of codes ${id}.`);
    return batch;
  }
}
