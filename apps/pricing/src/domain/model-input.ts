import type { CreateModel } from '@code-router/contracts';
import { expectName, expectText, expectWholeNumber, isName } from './input-rules.js';
import { Problems } from './problems.js';

const TOKENS = { min: 1, max: 100_000_000 } as const;
const GROUPS_MAX = 1_000;

/** A model as it is entered, complete and checked. */
export interface NewModel {
  readonly name: string;
  readonly displayName: string;
  readonly vendor: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly visibleTo: readonly string[] | null;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function newModel(input: CreateModel): NewModel {
  const problems = new Problems();
  expectName(input.name, 'name', problems);
  expectText(input.displayName, 'displayName', 200, problems);
  expectText(input.vendor, 'vendor', 200, problems);
  expectWholeNumber(input.contextWindow, 'contextWindow', TOKENS, problems);
  expectWholeNumber(input.maxOutputTokens, 'maxOutputTokens', TOKENS, problems);
  problems.expect(
    isGroupList(input.visibleTo),
    'visibleTo',
    `must be null, or a list of at most ${GROUPS_MAX} group names`,
  );
  problems.throwIfAny();
  return {
    name: input.name,
    displayName: input.displayName ?? input.name,
    vendor: input.vendor ?? '',
    contextWindow: input.contextWindow,
    maxOutputTokens: input.maxOutputTokens,
    visibleTo: input.visibleTo ? [...new Set(input.visibleTo)] : null,
  };
}

function isGroupList(value: unknown): boolean {
  return (
    value === undefined || value === null || (Array.isArray(value) && value.length <= GROUPS_MAX && value.every(isName))
  );
}
