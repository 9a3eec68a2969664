import { Injectable } from '@nestjs/common';
import { DomainError, type PostedEntry } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { hashRedemptionCode, normalRedemptionCode } from '../domain/redemption-code.js';
import { Redemptions } from '../domain/redemptions.js';
import { REDEMPTION_LIMIT, Throttle } from '../domain/throttle.js';

/** Credits an account with what a code is worth. */
@Injectable()
export class RedeemCode {
  constructor(
    private readonly redemptions: Redemptions,
    private readonly throttle: Throttle,
  ) {}

  /**
   * @throws DomainError `invalid_request_error` when it cannot be a code; `rate_limit_exceeded` after too many wrong ones;
   * and as {@link Redemptions.redeem}.
   */
  async execute(request: {
    readonly accountId: string;
    readonly userId: string;
    readonly code: string;
  }): Promise<PostedEntry> {
    const checks = new InputChecks();
    const accountId = checks.uuid('accountId', request.accountId);
    const userId = checks.uuid('userId', request.userId);
    checks.done();
    const code = normalRedemptionCode(request.code);
    // A typo is told at once and is no guess: the checksum lets hardly any guess through.
    if (code === null) {
      throw new DomainError('invalid_request_error', 'This is not a code: please check it for typos.', {
        param: 'code',
      });
    }
    const bucket = `redeem:${userId}`;
    await this.throttle.begin(bucket, REDEMPTION_LIMIT);
    const posted = await this.redemptions.redeem(hashRedemptionCode(code), accountId, { id: userId });
    await this.throttle.forgive(bucket);
    return posted;
  }
}
