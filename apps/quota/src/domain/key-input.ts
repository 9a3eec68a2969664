import { BUDGET_PERIODS, type SetKeyBudget, type UpdateKey } from '@code-router/contracts';
import { InputChecks } from './input-checks.js';
import { ipRule } from './ip-address.js';
import type { KeyChanges, NewBudget } from './keys.js';
import { ALLOWED_IPS_MAX, ALLOWED_MODELS_MAX, AMOUNT_NANOS_MAX, BUDGET_DAYS_MAX } from './limits.js';
import { rateLimitsFrom } from './rate-limits-input.js';

/** Reads what of a key may be changed later; what is wrong with it is added to `checks`. */
export function keyChangesFrom(request: Partial<UpdateKey>, checks: InputChecks): Omit<KeyChanges, 'status'> {
  return {
    name: checks.optional(request.name, (name) => checks.name('name', name)),
    group: checks.nullable(request.group, (group) => checks.name('group', group)),
    quotaNanos: checks.nullable(request.quotaNanos, (quota) =>
      checks.nanos('quotaNanos', quota, { min: 0n, max: AMOUNT_NANOS_MAX }),
    ),
    budget: checks.nullable(request.budget, (budget) => budgetFrom(budget, checks)),
    allowedModels: checks.nullable(request.allowedModels, (models) =>
      checks.list('allowedModels', models, ALLOWED_MODELS_MAX, (field, model) => checks.name(field, model)),
    ),
    allowedIps: checks.nullable(request.allowedIps, (ips) =>
      checks.list('allowedIps', ips, ALLOWED_IPS_MAX, (field, ip) => {
        const rule = typeof ip === 'string' ? ipRule(ip) : null;
        if (rule === null) checks.refuse(field, 'must be an IPv4 or IPv6 address or network, such as 10.0.0.0/8');
        return rule ?? '';
      }),
    ),
    ...rateLimitsFrom(request, checks),
    showCost: checks.optional(request.showCost, (showCost) => checks.flag('showCost', showCost)),
    expiresAt: checks.nullable(request.expiresAt, (expiresAt) => checks.instant('expiresAt', expiresAt)),
  };
}

function budgetFrom(value: unknown, checks: InputChecks): NewBudget {
  if (typeof value !== 'object' || value === null) checks.refuse('budget', 'must be an object');
  const budget = (value ?? {}) as Partial<SetKeyBudget>;
  const nanos = checks.nanos('budget.nanos', budget.nanos, { min: 0n, max: AMOUNT_NANOS_MAX });
  const period = checks.oneOf('budget.period', budget.period, BUDGET_PERIODS);
  const days = checks.nullable(budget.days, (count) =>
    checks.wholeNumber('budget.days', count, { min: 1, max: BUDGET_DAYS_MAX }),
  );
  if ((period === 'days') !== (typeof days === 'number')) {
    checks.refuse('budget.days', 'must be given for the period "days", and only for that');
  }
  const timeZone = checks.optional(budget.timeZone, (zone) => checks.timeZone('budget.timeZone', zone)) ?? 'UTC';
  return { nanos, period, days: days ?? null, timeZone };
}
