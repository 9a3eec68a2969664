import type { Group, MultiplierOverride, MultiplierPair } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { expectMultiplier, expectName, expectText, isName } from './input-rules.js';

export interface GroupTerms {
  readonly name: string;
  readonly multiplierMillionths: bigint;
  readonly description: string;
  /** Null: every account group. */
  readonly choosableBy: readonly string[] | null;
}

/** What an override is about, checked: each kind has exactly the names that it is about. */
export type Pair =
  | { readonly kind: 'group-pair'; readonly accountGroup: string; readonly keyGroup: string }
  | { readonly kind: 'model-in-group'; readonly model: string; readonly group: string };

/** A multiplier for a pair, checked. */
export interface Override {
  readonly pair: Pair;
  readonly multiplierMillionths: bigint;
}

const GROUPS_MAX = 1_000;

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function groupTerms(input: Group): GroupTerms {
  const problems = new Problems();
  expectName(input.name, 'name', problems);
  expectMultiplier(input.multiplierMillionths, 'multiplierMillionths', problems);
  expectText(input.description, 'description', 2_000, problems);
  const { choosableBy } = input;
  problems.expect(
    choosableBy === undefined ||
      choosableBy === null ||
      (Array.isArray(choosableBy) && choosableBy.length <= GROUPS_MAX && choosableBy.every(isName)),
    'choosableBy',
    `must be null for every account group, or a list of at most ${GROUPS_MAX} group names`,
  );
  problems.throwIfAny();
  return {
    name: input.name,
    multiplierMillionths: BigInt(input.multiplierMillionths),
    description: input.description ?? '',
    choosableBy: choosableBy === undefined ? [] : choosableBy && [...new Set(choosableBy)],
  };
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function override(input: MultiplierOverride): Override {
  const problems = new Problems();
  expectMultiplier(input.multiplierMillionths, 'multiplierMillionths', problems);
  expectPair(input, problems);
  problems.throwIfAny();
  return { pair: pairOf(input), multiplierMillionths: BigInt(input.multiplierMillionths) };
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function pair(input: MultiplierPair): Pair {
  const problems = new Problems();
  expectPair(input, problems);
  problems.throwIfAny();
  return pairOf(input);
}

function expectPair(input: MultiplierPair, problems: Problems): void {
  const expected = NAMES_OF[input.kind] as readonly PairName[] | undefined;
  problems.expect(expected !== undefined, 'kind', 'must be group-pair or model-in-group');
  for (const name of expected ? PAIR_NAMES : []) {
    if (expected?.includes(name)) expectName(input[name], name, problems);
    else problems.expect(input[name] === undefined, name, `has no meaning for a ${input.kind} multiplier`);
  }
}

function pairOf({ kind, accountGroup = '', keyGroup = '', model = '', group = '' }: MultiplierPair): Pair {
  return kind === 'group-pair' ? { kind, accountGroup, keyGroup } : { kind, model, group };
}

const PAIR_NAMES = ['accountGroup', 'keyGroup', 'model', 'group'] as const;
type PairName = (typeof PAIR_NAMES)[number];

const NAMES_OF: Readonly<Record<MultiplierOverride['kind'], readonly PairName[]>> = {
  'group-pair': ['accountGroup', 'keyGroup'],
  'model-in-group': ['model', 'group'],
};
