import { optionalNanos } from '../input/amount.js';
import type { UpdateKeyDto } from './key.dto.js';

/** What a key may spend in all: null for no limit of its own, undefined when nothing is said about it. */
export function quotaOf({ quotaNanos, quotaCredits }: UpdateKeyDto): string | null | undefined {
  return optionalNanos({
    nanosField: 'quotaNanos',
    nanos: quotaNanos,
    creditsField: 'quotaCredits',
    credits: quotaCredits,
  });
}
