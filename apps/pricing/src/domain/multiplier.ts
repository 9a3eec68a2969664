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

/** The groups of one request. */
export interface Groups {
  readonly accountGroup: string;
  /** The group that the key chose; absent when the key follows its account. */
  readonly keyGroup?: string;
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

/** The same for people: which entry applied, and what it says. */
export function explainMultiplier({ millionths, source }: AppliedMultiplier, model: string, groups: Groups): string {
  const by = `Multiplied by ${multiplierText(millionths)}`;
  switch (source) {
    case 'group-pair':
      return `${by}: entered for keys of group ${groups.keyGroup} of accounts of group ${groups.accountGroup}.`;
    case 'model-in-group':
      return `${by}: entered for the model ${model} in the group ${effectiveGroup(groups)}.`;
    case 'key-group':
      return `${by}: the multiplier of the group ${groups.keyGroup}, which the key chose.`;
    case 'account-group':
      return `${by}: the multiplier of the group ${groups.accountGroup}, which the account belongs to.`;
    case 'default':
      return `${by}: none was entered for the group ${effectiveGroup(groups)}.`;
    default:
      return source satisfies never;
  }
}

/** The group that decides what a request may use: the one that the key chose, else that of its account. */
export function effectiveGroup(groups: Groups): string {
  return groups.keyGroup ?? groups.accountGroup;
}

/** Millionths as people write a multiplier: 850000 is "0.85". */
function multiplierText(millionths: bigint): string {
  const digits = millionths.toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -6) : `${digits.slice(0, -6)}.${fraction}`;
}
