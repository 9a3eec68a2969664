import { describe, expect, it } from '@jest/globals';
import { effectiveGroup, resolveMultiplier } from './multiplier.js';

describe('resolveMultiplier', () => {
  const entered = { groupPair: 1n, modelInGroup: 2n, keyGroup: 3n, accountGroup: 4n } as const;

  it.each([
    ['everything entered', entered, 1n, 'group-pair'],
    ['no pair', { ...entered, groupPair: undefined }, 2n, 'model-in-group'],
    ['only groups', { keyGroup: 3n, accountGroup: 4n }, 3n, 'key-group'],
    ['only the account group', { accountGroup: 4n }, 4n, 'account-group'],
    ['nothing entered', {}, 1_000_000n, 'default'],
    ['a pair beside the account group', { groupPair: 1n, accountGroup: 4n }, 1n, 'group-pair'],
    ['a model beside the account group', { modelInGroup: 2n, accountGroup: 4n }, 2n, 'model-in-group'],
  ])('takes the most particular entry and says which: %s', (_, facts, millionths, source) => {
    expect(resolveMultiplier(facts)).toEqual({ millionths, source });
  });

  it.each(['groupPair', 'modelInGroup', 'keyGroup', 'accountGroup'] as const)(
    'takes a multiplier of 0 for %s as entered, not as absent',
    (level) => {
      expect(resolveMultiplier({ [level]: 0n }).millionths).toBe(0n);
    },
  );
});

describe('effectiveGroup', () => {
  it('is the group of the key, and that of the account when the key chose none', () => {
    expect(effectiveGroup({ accountGroup: 'a', keyGroup: 'k' })).toBe('k');
    expect(effectiveGroup({ accountGroup: 'a' })).toBe('a');
  });
});
