import { PRICE_LIST_CHANGES_MAX, type ImportPriceListReply, type PriceListChange } from '@code-router/contracts';
import type { ImportPlan } from './price-list-plan.js';

const DIFFERENCES_MAX = 20;
const DIFFERENCE_LENGTH_MAX = 300;
const TOLD_FIRST: readonly PriceListChange['kind'][] = ['created', 'priced', 'updated', 'skipped', 'unchanged'];

/** What an import did, or would do, short enough for one message. */
export function importReply(plan: ImportPlan, applied: boolean): ImportPriceListReply {
  const counts = { created: 0, priced: 0, updated: 0, unchanged: 0, skipped: 0 };
  for (const { kind } of plan.changes) counts[kind] += 1;
  const ordered = TOLD_FIRST.flatMap((kind) => plan.changes.filter((change) => change.kind === kind));
  return {
    applied,
    counts,
    changes: ordered.slice(0, PRICE_LIST_CHANGES_MAX).map((change) => ({
      ...change,
      differences: change.differences
        .slice(0, DIFFERENCES_MAX)
        .map((difference) => difference.slice(0, DIFFERENCE_LENGTH_MAX)),
    })),
    unconfirmed: plan.unconfirmed.slice(0, PRICE_LIST_CHANGES_MAX),
  };
}
