import { MULTIPLIER_ONE } from '@code-router/money';
import type { MultiplierSource } from '@code-router/contracts';

/** What was entered for the groups and the model of one request; absent where nothing was. All in millionths. */
export interface MultiplierFacts {
  readonly groupPair?: bigint | undefined;
  readonly modelInGroup?: bigint | undefined;
  readonly keyGroup?: bigint | undefined;
  readonly accountGroup?: bigint | undefined;
}

export interface AppliedMultiplier {
  readonly millionths: bigint;
  readonly source: MultiplierSource;
}

/**
 * The multiplier of a request: the most particular one that somebody entered. Multipliers replace each other, they are
 * never combined, so that one line of the answer says where the price came from.
 */
export function resolveMultiplier(facts: MultiplierFacts): AppliedMultiplier {
  if (facts.groupPair !== undefined) return { millionths: facts.groupPair, source: 'group-pair' };
  if (facts.modelInGroup !== undefined) return { millionths: facts.modelInGroup, source: 'model-in-group' };
  if (facts.keyGroup !== undefined) return { millionths: facts.keyGroup, source: 'key-group' };
  if (facts.accountGroup !== undefined) return { millionths: facts.accountGroup, source: 'account-group' };
  return { millionths: MULTIPLIER_ONE, source: 'default' };
}

/** The group that decides what a request may use: the one that the key chose, else that of its account. */
export function effectiveGroup(groups: { readonly accountGroup: string; readonly keyGroup?: string }): string {
  return groups.keyGroup ?? groups.accountGroup;
}
