import { describe, expect, it } from '@jest/globals';
import { effectiveGroup, explainMultiplier, resolveMultiplier } from './multiplier.js';

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

describe('explainMultiplier', () => {
  const both = { accountGroup: 'acme', keyGroup: 'batch' };

  it.each([
    ['group-pair', both, 'Multiplied by 0.85: entered for keys of group batch of accounts of group acme.'],
    ['model-in-group', both, 'Multiplied by 0.85: entered for the model m in the group batch.'],
    ['model-in-group', { accountGroup: 'acme' }, 'Multiplied by 0.85: entered for the model m in the group acme.'],
    ['key-group', both, 'Multiplied by 0.85: the multiplier of the group batch, which the key chose.'],
    ['account-group', both, 'Multiplied by 0.85: the multiplier of the group acme, which the account belongs to.'],
    ['default', both, 'Multiplied by 0.85: none was entered for the group batch.'],
  ] as const)('says for %s which entry applied', (source, groups, sentence) => {
    expect(explainMultiplier({ millionths: 850_000n, source }, 'm', groups)).toBe(sentence);
  });

  it.each([
    [0n, '0'],
    [1n, '0.000001'],
    [1_000_000n, '1'],
    [12_345_600n, '12.3456'],
  ])('writes %s millionths as %s', (millionths, text) => {
    const sentence = explainMultiplier({ millionths, source: 'default' }, 'm', both);
    expect(sentence).toContain(`Multiplied by ${text}:`);
  });
});

describe('effectiveGroup', () => {
  it('is the group of the key, and that of the account when the key chose none', () => {
    expect(effectiveGroup({ accountGroup: 'a', keyGroup: 'k' })).toBe('k');
    expect(effectiveGroup({ accountGroup: 'a' })).toBe('a');
  });
});
