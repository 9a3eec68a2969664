import { MODALITIES, type CreateModel, type Modality, type UpdateModel } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { expectName, expectText, expectWholeNumber, isName } from './input-rules.js';

const TOKENS = { min: 1, max: 100_000_000 } as const;
const GROUPS_MAX = 1_000;
const WORDS_MAX = 50;
const DESCRIPTION_LENGTH_MAX = 4_000;

/** What price lists keep apart with a semicolon, and people read in one line. */
const TAG = /^[\p{L}\p{N}][\p{L}\p{N} ._+/&-]{0,49}$/u;
const ENDPOINT = /^\/[A-Za-z0-9._~/:{}-]{1,199}$/;

/** Everything that is kept about a model but its name. */
export interface ModelFields {
  readonly displayName: string;
  readonly vendor: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly inputModalities: readonly Modality[];
  readonly outputModalities: readonly Modality[];
  readonly endpoints: readonly string[];
  readonly aliases: readonly string[];
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly enabled: boolean;
  readonly visibleTo: readonly string[] | null;
}

/** A model as it is entered, complete and checked. */
export interface NewModel extends ModelFields {
  readonly name: string;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function newModel(input: CreateModel): NewModel {
  const problems = new Problems();
  expectModel(input, '', problems);
  problems.throwIfAny();
  return completeModel(input);
}

/**
 * What is to be changed: the fields that were given, checked.
 *
 * @throws DomainError `invalid_request_error` naming every field that is wrong.
 */
export function modelUpdate(input: UpdateModel): { readonly name: string; readonly fields: Partial<ModelFields> } {
  const problems = new Problems();
  expectName(input.name, 'name', problems);
  expectGivenFields(input, '', problems);
  const fields = givenFields(input);
  problems.expect(Object.keys(fields).length > 0, 'name', 'is all that is given: there is nothing to change');
  problems.throwIfAny();
  return { name: input.name, fields };
}

/** @param path what the fields are called by, such as `models[3].`. */
export function expectModel(input: CreateModel, path: string, problems: Problems): void {
  expectName(input.name, `${path}name`, problems);
  expectGivenFields(input, path, problems);
  for (const field of ['contextWindow', 'maxOutputTokens'] as const) {
    if (input[field] === undefined) expectWholeNumber(undefined, `${path}${field}`, TOKENS, problems);
  }
}

/** A model that was checked, with everything that was left out. */
export function completeModel(input: CreateModel): NewModel {
  return {
    displayName: input.name,
    vendor: '',
    description: '',
    tags: [],
    inputModalities: ['text'],
    outputModalities: ['text'],
    endpoints: ['/v1/chat/completions'],
    aliases: [],
    contextWindow: input.contextWindow,
    maxOutputTokens: input.maxOutputTokens,
    enabled: true,
    visibleTo: null,
    ...givenFields(input),
    name: input.name,
  };
}

/** The fields that were given; lists without repetitions, and aliases in their order. */
export function givenFields(input: UpdateModel): Partial<ModelFields> {
  const fields: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = input[field];
    if (value !== undefined) fields[field] = Array.isArray(value) ? [...new Set<unknown>(value)] : value;
  }
  if (Array.isArray(fields['aliases'])) fields['aliases'] = (fields['aliases'] as string[]).toSorted();
  return fields as Partial<ModelFields>;
}

const FIELDS = [
  'displayName',
  'vendor',
  'description',
  'tags',
  'inputModalities',
  'outputModalities',
  'endpoints',
  'aliases',
  'contextWindow',
  'maxOutputTokens',
  'enabled',
  'visibleTo',
] as const;

function expectGivenFields(input: UpdateModel, path: string, problems: Problems): void {
  const at = (field: string) => `${path}${field}`;
  expectText(input.displayName, at('displayName'), 200, problems);
  expectText(input.vendor, at('vendor'), 200, problems);
  expectText(input.description, at('description'), DESCRIPTION_LENGTH_MAX, problems);
  for (const field of ['contextWindow', 'maxOutputTokens'] as const) {
    if (input[field] !== undefined) expectWholeNumber(input[field], at(field), TOKENS, problems);
  }
  problems.expect(
    input.enabled === undefined || typeof input.enabled === 'boolean',
    at('enabled'),
    'must be true or false',
  );
  expectList(
    input.tags,
    at('tags'),
    (tag) => TAG.test(tag),
    'tags of letters, digits, spaces and . _ + / & -',
    problems,
  );
  for (const field of ['inputModalities', 'outputModalities'] as const) {
    expectList(input[field], at(field), isModality, `modalities (${MODALITIES.join(', ')})`, problems);
    problems.expect(input[field]?.length !== 0, at(field), 'must name at least one');
  }
  expectList(
    input.endpoints,
    at('endpoints'),
    (endpoint) => ENDPOINT.test(endpoint),
    'paths such as /v1/chat/completions',
    problems,
  );
  expectList(input.aliases, at('aliases'), isName, 'names', problems);
  problems.expect(
    !(Array.isArray(input.aliases) && input.aliases.includes(input.name)),
    at('aliases'),
    'must not repeat the name',
  );
  problems.expect(
    input.visibleTo === undefined || input.visibleTo === null || isListOf(input.visibleTo, isName, GROUPS_MAX),
    at('visibleTo'),
    `must be null, or a list of at most ${GROUPS_MAX} group names`,
  );
}

function expectList(
  value: unknown,
  field: string,
  isItem: (item: string) => boolean,
  what: string,
  problems: Problems,
): void {
  const valid = value === undefined || isListOf(value, isItem, WORDS_MAX);
  problems.expect(valid, field, `must be a list of at most ${WORDS_MAX} ${what}`);
}

function isListOf(value: unknown, isItem: (item: string) => boolean, lengthMax: number): boolean {
  return (
    Array.isArray(value) &&
    value.length <= lengthMax &&
    value.every((item: unknown) => typeof item === 'string' && isItem(item))
  );
}

function isModality(value: string): boolean {
  return (MODALITIES as readonly string[]).includes(value);
}
