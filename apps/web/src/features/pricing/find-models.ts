import type { Modality } from '@code-router/contracts';
import { paidRate, type PricedModel } from './priced-model';
import type { Sort } from '../../api/catalog-search';

/** What the models of a list must be. What is absent does not matter. */
export interface ModelFilter {
  /** Words, each of which must be somewhere in a model's names, vendor, description or tags. */
  readonly words: string;
  readonly vendor?: string | undefined;
  readonly tag?: string | undefined;
  readonly modality?: Modality | undefined;
  readonly endpoint?: string | undefined;
}

export interface ModelOrder {
  readonly sort: Sort;
  readonly descending: boolean;
}

/** The models that match, in order. It is done with each keystroke, so it looks at nothing twice. */
export function findModels(
  models: readonly PricedModel[],
  { words, vendor, tag, modality, endpoint }: ModelFilter,
  { sort, descending }: ModelOrder,
): readonly PricedModel[] {
  const sought = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = models.filter(
    ({ model, searched, modalities }) =>
      sought.every((word) => searched.includes(word)) &&
      (vendor === undefined || model.vendor === vendor) &&
      (tag === undefined || model.tags.includes(tag)) &&
      (modality === undefined || modalities.has(modality)) &&
      (endpoint === undefined || model.endpoints.includes(endpoint)),
  );
  // By name within the same; the catalogue comes sorted by it, and sorting keeps the order of equals.
  if (sort !== 'name' || descending) found.sort((a, b) => (descending ? -1 : 1) * COMPARE[sort](a, b));
  return found;
}

type Compare = (a: PricedModel, b: PricedModel) => number;

const COMPARE: Readonly<Record<Sort, Compare>> = {
  name: (a, b) => a.model.name.localeCompare(b.model.name),
  vendor: (a, b) => a.model.vendor.localeCompare(b.model.vendor),
  input: (a, b) => order(paidRate(a, 'input'), paidRate(b, 'input')),
  output: (a, b) => order(paidRate(a, 'output'), paidRate(b, 'output')),
  cached: (a, b) => order(paidRate(a, 'cachedInput'), paidRate(b, 'cachedInput')),
  context: (a, b) => a.model.contextWindow - b.model.contextWindow,
};

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the filters offer: everything that some model has, sorted. */
export interface FilterChoices {
  readonly vendors: readonly string[];
  readonly tags: readonly string[];
  readonly modalities: readonly Modality[];
  readonly endpoints: readonly string[];
}

export function filterChoices(models: readonly PricedModel[]): FilterChoices {
  const sorted = <Choice extends string>(choices: readonly Choice[]) => [...new Set(choices)].toSorted();
  return {
    vendors: sorted(models.map(({ model }) => model.vendor).filter((vendor) => vendor !== '')),
    tags: sorted(models.flatMap(({ model }) => model.tags)),
    modalities: sorted(models.flatMap(({ model }) => [...model.inputModalities, ...model.outputModalities])),
    endpoints: sorted(models.flatMap(({ model }) => model.endpoints)),
  };
}
