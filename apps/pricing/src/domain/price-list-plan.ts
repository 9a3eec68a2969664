import { DomainError, type PriceListChange, type PriceListModel } from '@code-router/contracts';
import { creditsText, parseNanos, type PriceTermsText } from '@code-router/money';
import { completeModel, givenFields, type NewModel } from './model-input.js';
import { priceChanges } from './price-change.js';
import { plainTerms } from './price-version-input.js';

/** What a list says about one model: an entry to import, or why it cannot be imported. */
export type PriceListEntry =
  | { readonly model: PriceListModel; readonly notes: readonly string[] }
  | { readonly name: string; readonly skipped: string };

/** The catalogue as it is: what a list is compared with. */
export interface KnownCatalog {
  readonly models: readonly KnownModel[];
  readonly groups: ReadonlySet<string>;
}

export interface KnownModel extends NewModel {
  /** The price in force; absent when there is none. */
  readonly price?: KnownPrice | undefined;
}

export interface KnownPrice {
  readonly terms: PriceTermsText;
  readonly isPlaceholder: boolean;
}

export interface ImportPolicy {
  /**
   * What a list may change of a model that exists: a list of our own everything that it names, somebody else's the
   * price alone, and the starter catalogue nothing that has a price.
   */
  readonly existing: 'profile-and-price' | 'price' | 'nothing';
  /** Whether prices that may be slips are meant. A dry run tells them instead of refusing them. */
  readonly confirmed: boolean;
}

/** One model to be written. */
export interface ImportStep {
  readonly model: NewModel;
  readonly isNew: boolean;
  readonly isProfileChanged: boolean;
  readonly price?: KnownPrice | undefined;
}

export interface ImportPlan {
  readonly steps: readonly ImportStep[];
  readonly changes: readonly PriceListChange[];
  /** The models whose price may be a slip. */
  readonly unconfirmed: readonly string[];
}

/**
 * Compares a list with the catalogue. The entries are checked already.
 *
 * @throws DomainError `conflict` when names or aliases would collide, `not_found` when it names an unknown group,
 * `invalid_request_error` when prices must be confirmed.
 */
export function planImport(entries: readonly PriceListEntry[], known: KnownCatalog, policy: ImportPolicy): ImportPlan {
  const modelsByName = new Map(known.models.map((model) => [model.name, model]));
  const ownerOfAlias = new Map(known.models.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name])));
  const steps: ImportStep[] = [];
  const changes: PriceListChange[] = [];
  const unconfirmed: string[] = [];
  const suspicions: string[] = [];

  for (const entry of entries) {
    if ('skipped' in entry) {
      changes.push({ model: entry.name, kind: 'skipped', differences: [entry.skipped] });
      continue;
    }
    const compared = compare(entry.model, modelsByName, ownerOfAlias, policy);
    const differences = [...compared.differences, ...entry.notes];
    changes.push({ model: entry.model.name, kind: compared.kind, differences });
    if (compared.step) steps.push(compared.step);
    if (compared.suspicions.length > 0) {
      unconfirmed.push(entry.model.name);
      suspicions.push(`${entry.model.name}: ${compared.suspicions.join(', ')}`);
    }
  }
  expectNamesApart(steps, known);
  expectKnownGroups(steps, known);
  if (unconfirmed.length > 0 && !policy.confirmed) throw mustBeConfirmed(unconfirmed, suspicions);
  return { steps, changes, unconfirmed };
}

interface Compared {
  readonly kind: PriceListChange['kind'];
  readonly differences: readonly string[];
  readonly suspicions: readonly string[];
  readonly step?: ImportStep;
}

function compare(
  listed: PriceListModel,
  modelsByName: ReadonlyMap<string, KnownModel>,
  ownerOfAlias: ReadonlyMap<string, string>,
  policy: ImportPolicy,
): Compared {
  const known = modelsByName.get(listed.name);
  if (!known) return compareNew(listed, modelsByName, ownerOfAlias, policy);
  if (policy.existing === 'nothing' && known.price) {
    const isSame = listed.terms !== undefined && sameTerms(known.price.terms, plainTerms(listed.terms));
    return isSame
      ? { kind: 'unchanged', differences: [], suspicions: [] }
      : { kind: 'skipped', differences: ['it has a price of its own, which stays'], suspicions: [] };
  }
  const model = policy.existing === 'profile-and-price' ? { ...known, ...givenFields(listed) } : known;
  const profile = profileDifferences(known, model);
  const price = comparePrice(known.price, listed);
  const kind = price.next ? 'priced' : profile.length > 0 ? 'updated' : 'unchanged';
  return {
    kind,
    differences: [...profile, ...price.differences],
    suspicions: price.suspicions,
    ...(kind === 'unchanged'
      ? {}
      : { step: { model, isNew: false, isProfileChanged: profile.length > 0, price: price.next } }),
  };
}

function compareNew(
  listed: PriceListModel,
  modelsByName: ReadonlyMap<string, KnownModel>,
  ownerOfAlias: ReadonlyMap<string, string>,
  policy: ImportPolicy,
): Compared {
  if (policy.existing !== 'profile-and-price') {
    const owner = [listed.name, ...(listed.aliases ?? [])]
      .map((name) => ownerOfAlias.get(name) ?? (modelsByName.has(name) ? name : undefined))
      .find((found) => found !== undefined);
    if (owner !== undefined) {
      return { kind: 'skipped', differences: [`the model ${owner} answers to that name`], suspicions: [] };
    }
  }
  const { next, differences } = comparePrice(undefined, listed);
  return {
    kind: 'created',
    differences: next ? differences : ['a model without a price, which cannot be used yet'],
    suspicions: [],
    step: { model: completeModel(listed), isNew: true, isProfileChanged: true, price: next },
  };
}

interface ComparedPrice {
  readonly next?: KnownPrice;
  readonly differences: readonly string[];
  readonly suspicions: readonly string[];
}

function comparePrice(known: KnownPrice | undefined, listed: PriceListModel): ComparedPrice {
  if (listed.terms === undefined) return { differences: [], suspicions: [] };
  const next = { terms: plainTerms(listed.terms), isPlaceholder: listed.isPlaceholder ?? false };
  if (!known) return { next, differences: [`price: ${termsSummary(next.terms)}`], suspicions: [] };
  if (sameTerms(known.terms, next.terms)) {
    // A price that was confirmed does not become a placeholder again because a list has the same one as a placeholder.
    return known.isPlaceholder && !next.isPlaceholder
      ? { next, differences: ['price: confirmed, no longer a placeholder'], suspicions: [] }
      : { differences: [], suspicions: [] };
  }
  const amounts = priceChanges(known.terms, next.terms);
  const differences = amounts.map(
    ({ sentence, isSuspicious }) => `price: ${sentence}${isSuspicious ? ' (must be confirmed)' : ''}`,
  );
  return {
    next,
    differences: amounts.length > 0 ? differences : ['price: written in another way, and charged alike'],
    suspicions: amounts.filter(({ isSuspicious }) => isSuspicious).map(({ sentence }) => sentence),
  };
}

function profileDifferences(known: NewModel, model: NewModel): string[] {
  return (Object.keys(COMPARED_AS) as (keyof typeof COMPARED_AS)[]).flatMap((field) => {
    const [before, after] = [shown(known[field]), shown(model[field])];
    if (comparable(known[field], field) === comparable(model[field], field)) return [];
    return [`${field}: ${before} becomes ${after}`];
  });
}

/** How a field is compared: the order of groups and aliases means nothing. */
const COMPARED_AS = {
  displayName: 'as it is',
  vendor: 'as it is',
  description: 'as it is',
  tags: 'as it is',
  inputModalities: 'as it is',
  outputModalities: 'as it is',
  endpoints: 'as it is',
  aliases: 'as a set',
  contextWindow: 'as it is',
  maxOutputTokens: 'as it is',
  enabled: 'as it is',
  visibleTo: 'as a set',
} as const;

function comparable(value: unknown, field: keyof typeof COMPARED_AS): string {
  const isSet = COMPARED_AS[field] === 'as a set' && Array.isArray(value);
  return JSON.stringify(isSet ? (value as string[]).toSorted() : value);
}

function shown(value: unknown): string {
  const text = value === null ? 'everybody' : Array.isArray(value) ? value.join(', ') || 'none' : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text || 'nothing';
}

function termsSummary({ rates, perCallNanos, tiers, units = {} }: PriceTermsText): string {
  const perMillion = Object.entries(rates).map(([tokenClass, nanos]) => `${tokenClass} ${creditsOf(nanos)}`);
  const pieces = Object.entries(units).map(([unitClass, nanos]) => `${creditsOf(nanos)} credits for each ${unitClass}`);
  return [
    ...(perMillion.length > 0 ? [`${perMillion.join(', ')} credits per million tokens`] : []),
    ...(perCallNanos === '0' ? [] : [`${creditsOf(perCallNanos)} credits for each call`]),
    ...pieces,
    ...tiers.map(({ aboveInputTokens }) => `other rates above ${aboveInputTokens} input tokens`),
  ].join('; ');
}

function creditsOf(nanos: string): string {
  return creditsText(parseNanos(nanos));
}

/** Both were brought into the same order of classes when they were entered; jsonb has an order of its own. */
function sameTerms(left: PriceTermsText, right: PriceTermsText): boolean {
  return JSON.stringify(plainTerms(left)) === JSON.stringify(plainTerms(right));
}

/** Names and aliases as they would be after the import. */
function expectNamesApart(steps: readonly ImportStep[], known: KnownCatalog): void {
  const written = new Map(steps.map(({ model }) => [model.name, model]));
  const ownerOf = new Map<string, string>();
  const after = [...known.models.filter(({ name }) => !written.has(name)), ...written.values()];
  for (const { name, aliases } of after) {
    for (const claimed of [name, ...aliases]) {
      const owner = ownerOf.get(claimed);
      if (owner !== undefined) {
        throw new DomainError('conflict', `Both \`${owner}\` and \`${name}\` would answer to \`${claimed}\`.`, {
          param: 'aliases',
          model: name,
        });
      }
      ownerOf.set(claimed, name);
    }
  }
}

function expectKnownGroups(steps: readonly ImportStep[], known: KnownCatalog): void {
  for (const { model } of steps) {
    const unknown = model.visibleTo?.find((group) => !known.groups.has(group));
    if (unknown === undefined) continue;
    throw new DomainError('not_found', `visibleTo of \`${model.name}\`: there is no group named \`${unknown}\`.`, {
      param: 'visibleTo',
      model: model.name,
    });
  }
}

const TOLD_MAX = 10;

function mustBeConfirmed(models: readonly string[], suspicions: readonly string[]): DomainError {
  const more = suspicions.length > TOLD_MAX ? `; and ${suspicions.length - TOLD_MAX} more` : '';
  return new DomainError(
    'invalid_request_error',
    `Some prices change so much that they may be slips: ${suspicions.slice(0, TOLD_MAX).join('; ')}${more}. ` +
      'Nothing was imported. Send it again with `confirmed: true` if they are meant.',
    { param: 'confirmed', models: models.slice(0, TOLD_MAX).join(',') },
  );
}
