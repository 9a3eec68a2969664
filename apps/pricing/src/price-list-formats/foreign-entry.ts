import { expectModel } from '../domain/model-input.js';
import type { PriceListEntry } from '../domain/price-list-plan.js';
import { expectTerms } from '../domain/price-version-input.js';
import { DomainError } from '@code-router/contracts';
import { Problems } from '@code-router/input';

/**
 * An entry of somebody else's list. What cannot be a model of ours is skipped, and says why: one odd model must not keep
 * thousands out.
 */
export function foreignEntry(name: string, read: () => PriceListEntry): PriceListEntry {
  try {
    const entry = read();
    if ('skipped' in entry) return entry;
    const problems = new Problems();
    expectModel(entry.model, '', problems);
    expectTerms(entry.model.terms, 'terms', problems);
    problems.throwIfAny();
    return entry;
  } catch (error) {
    if (error instanceof DomainError || error instanceof RangeError) return { name, skipped: error.message };
    throw error;
  }
}
