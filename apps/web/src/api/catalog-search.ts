import type { Modality } from '@code-router/contracts';
import type { RateBase } from '../ui/rate-format';

export const SORTS = ['name', 'vendor', 'input', 'output', 'cached', 'context'] as const;
export type Sort = (typeof SORTS)[number];

export const MODALITIES = [
  'text',
  'image',
  'audio',
  'video',
  'file',
  'embedding',
] as const satisfies readonly Modality[];

/** How many models are compared side by side at most. */
export const COMPARED_MAX = 6;

/** What the address of the page says: sent to somebody else, it shows them the same. */
export interface PricingSearch {
  readonly q?: string;
  readonly vendor?: string;
  readonly tag?: string;
  readonly modality?: Modality;
  readonly endpoint?: string;
  readonly sort?: Sort;
  readonly descending?: true;
  /** A group that the viewer's keys may choose. */
  readonly group?: string;
  readonly per?: RateBase;
}

/** Which model a page is about, and for whom it is priced. */
export interface ModelSearch {
  readonly name: string;
  readonly group?: string;
}

export interface CalculatorSearch {
  readonly models: readonly string[];
  readonly group?: string;
}

type Given = Readonly<Record<string, unknown>>;

/** What cannot be used is left out: an address that somebody mistyped still shows prices. */
export function readPricingSearch(given: Given): PricingSearch {
  const text = (name: string) => optional(name, textOf(given[name]));
  return {
    ...text('q'),
    ...text('vendor'),
    ...text('tag'),
    ...optional('modality', oneOf(MODALITIES, given['modality'])),
    ...text('endpoint'),
    ...optional('sort', oneOf(SORTS, given['sort'])),
    ...(given['descending'] === true ? { descending: true } : {}),
    ...text('group'),
    ...(given['per'] === 'thousand' ? { per: 'thousand' } : {}),
  };
}

export function readModelSearch(given: Given): ModelSearch {
  return { name: textOf(given['name']) ?? '', ...optional('group', textOf(given['group'])) };
}

export function readCalculatorSearch(given: Given): CalculatorSearch {
  const asked = Array.isArray(given['models']) ? given['models'] : [];
  const models = [...new Set(asked.map(textOf).filter((name) => name !== undefined))].slice(0, COMPARED_MAX);
  return { models, ...optional('group', textOf(given['group'])) };
}

/** Names that look like numbers are read from an address as numbers. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function oneOf<Choice extends string>(choices: readonly Choice[], value: unknown): Choice | undefined {
  return choices.find((choice) => choice === value);
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]: Value });
}
