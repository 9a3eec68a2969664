import { Injectable } from '@nestjs/common';
import type { CreatedRedemptionBatch, CreateRedemptionBatch as CreateBatchRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX } from '../domain/limits.js';
import { generateRedemptionCode, hashRedemptionCode, normalRedemptionCode } from '../domain/redemption-code.js';
import { CODE_USES_MAX, CODES_MAX, Redemptions } from '../domain/redemptions.js';

/** Makes codes that credit an amount. They are in the answer and nowhere else. */
@Injectable()
export class CreateRedemptionBatch {
  constructor(private readonly redemptions: Redemptions) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: CreateBatchRequest): Promise<CreatedRedemptionBatch> {
    const checks = new InputChecks();
    const wanted = {
      name: checks.name('name', request.name),
      amountNanos: checks.nanos('amountNanos', request.amountNanos, { min: 1n, max: AMOUNT_NANOS_MAX }),
      usesMax:
        checks.optional(request.usesMax, (uses) =>
          checks.wholeNumber('usesMax', uses, { min: 1, max: CODE_USES_MAX }),
        ) ?? 1,
      expiresAt: checks.nullable(request.expiresAt, (time) => checks.instant('expiresAt', time)) ?? null,
      author: checks.name('author', request.author),
    };
    const codeCount = checks.wholeNumber('codeCount', request.codeCount, { min: 1, max: CODES_MAX });
    checks.done();
    const codes = Array.from({ length: codeCount }, generateRedemptionCode);
    const codeHashes = codes.map((code) => hashRedemptionCode(normalRedemptionCode(code) ?? ''));
    return { ...(await this.redemptions.createBatch({ ...wanted, codeHashes })), codes };
  }
}
