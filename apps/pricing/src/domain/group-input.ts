import type { Group, MultiplierOverride } from '@code-router/contracts';
import { expectMultiplier, expectName, expectText } from './input-rules.js';
import { Problems } from './problems.js';

export interface GroupTerms {
  readonly name: string;
  readonly multiplierMillionths: bigint;
  readonly description: string;
}

/** A multiplier for a pair, checked: each kind has exactly the names that it is about. */
export type Override =
  | {
      readonly kind: 'group-pair';
      readonly accountGroup: string;
      readonly keyGroup: string;
      readonly multiplierMillionths: bigint;
    }
  | {
      readonly kind: 'model-in-group';
      readonly model: string;
      readonly group: string;
      readonly multiplierMillionths: bigint;
    };

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function groupTerms(input: Group): GroupTerms {
  const problems = new Problems();
  expectName(input.name, 'name', problems);
  expectMultiplier(input.multiplierMillionths, 'multiplierMillionths', problems);
  expectText(input.description, 'description', 2_000, problems);
  problems.throwIfAny();
  return {
    name: input.name,
    multiplierMillionths: BigInt(input.multiplierMillionths),
    description: input.description ?? '',
  };
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function override(input: MultiplierOverride): Override {
  const problems = new Problems();
  expectMultiplier(input.multiplierMillionths, 'multiplierMillionths', problems);
  const expected = NAMES_OF[input.kind] as readonly PairName[] | undefined;
  problems.expect(expected !== undefined, 'kind', 'must be group-pair or model-in-group');
  for (const name of expected ? PAIR_NAMES : []) {
    if (expected?.includes(name)) expectName(input[name], name, problems);
    else problems.expect(input[name] === undefined, name, `has no meaning for a ${input.kind} multiplier`);
  }
  problems.throwIfAny();
  const multiplierMillionths = BigInt(input.multiplierMillionths);
  const { accountGroup = '', keyGroup = '', model = '', group = '' } = input;
  return input.kind === 'group-pair'
    ? { kind: 'group-pair', accountGroup, keyGroup, multiplierMillionths }
    : { kind: 'model-in-group', model, group, multiplierMillionths };
}

const PAIR_NAMES = ['accountGroup', 'keyGroup', 'model', 'group'] as const;
type PairName = (typeof PAIR_NAMES)[number];

const NAMES_OF: Readonly<Record<MultiplierOverride['kind'], readonly PairName[]>> = {
  'group-pair': ['accountGroup', 'keyGroup'],
  'model-in-group': ['model', 'group'],
};
