import type { RateLimits } from '@code-router/contracts';
import type { InputChecks } from './input-checks.js';
import { CONCURRENCY_MAX, PER_MINUTE_MAX } from './limits.js';

/** What is absent stays as it is. */
export type RateLimitChanges = { readonly [Field in keyof RateLimits]?: RateLimits[Field] | undefined };

/** Reads limits per minute and of concurrency; what is wrong with them is added to `checks`. */
export function rateLimitsFrom(request: Partial<RateLimits>, checks: InputChecks): RateLimitChanges {
  const limit = (field: keyof RateLimits, max: number) =>
    checks.nullable(request[field], (value) => checks.wholeNumber(field, value, { min: 1, max }));
  return {
    requestsPerMinute: limit('requestsPerMinute', PER_MINUTE_MAX),
    tokensPerMinute: limit('tokensPerMinute', PER_MINUTE_MAX),
    concurrencyMax: limit('concurrencyMax', CONCURRENCY_MAX),
  };
}
