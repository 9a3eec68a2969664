import { Injectable } from '@nestjs/common';
import type { GroupLimits } from '@code-router/contracts';
import { GroupDefaults } from '../domain/group-defaults.js';
import { InputChecks } from '../domain/input-checks.js';
import { rateLimitsFrom } from '../domain/rate-limits-input.js';

/** Sets what each account of a group is limited to, unless it has a limit of its own. */
@Injectable()
export class PutGroupLimits {
  constructor(private readonly groups: GroupDefaults) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: GroupLimits): Promise<GroupLimits> {
    const checks = new InputChecks();
    const group = checks.name('group', request.group);
    const { requestsPerMinute = null, tokensPerMinute = null, concurrencyMax = null } = rateLimitsFrom(request, checks);
    checks.done();
    const limits = { group, requestsPerMinute, tokensPerMinute, concurrencyMax };
    await this.groups.put(limits);
    return limits;
  }
}
