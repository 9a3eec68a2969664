import type { SetKeyBudget, UpdateKey } from '@code-router/contracts';
import { optionalNanos, requiredNanos } from '../input/amount.js';
import type { SetKeyBudgetDto, UpdateKeyDto } from './key.dto.js';

/** What of a key may be changed, as quota takes it: undefined where nothing is said. */
export function keyFieldsOf(input: UpdateKeyDto): Omit<UpdateKey, 'id' | 'status'> {
  const { name, group, showCost, expiresAt, allowedModels, allowedIps } = input;
  const { requestsPerMinute, tokensPerMinute, concurrencyMax } = input;
  return {
    name,
    group,
    quotaNanos: quotaOf(input),
    budget: input.budget && budgetOf(input.budget),
    allowedModels,
    allowedIps,
    requestsPerMinute,
    tokensPerMinute,
    concurrencyMax,
    showCost,
    expiresAt,
  };
}

/** What a key may spend in all: null for no limit of its own, undefined when nothing is said about it. */
function quotaOf({ quotaNanos, quotaCredits }: UpdateKeyDto): string | null | undefined {
  return optionalNanos({
    nanosField: 'quotaNanos',
    nanos: quotaNanos,
    creditsField: 'quotaCredits',
    credits: quotaCredits,
  });
}

function budgetOf({ nanos, credits, period, days, timeZone }: SetKeyBudgetDto): SetKeyBudget {
  const amount = requiredNanos({ nanosField: 'budget.nanos', nanos, creditsField: 'budget.credits', credits });
  return { nanos: amount, period, days, timeZone };
}
