import type { BudgetPeriod } from '@code-router/contracts';

/** In the order in which they are chosen from. */
export const BUDGET_PERIOD_NAMES: readonly BudgetPeriod[] = ['daily', 'weekly', 'monthly', 'days'];
