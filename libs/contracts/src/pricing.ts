import type { PriceTermsText } from '@code-router/money';
import { defineNotice, defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';

/** Where the multiplier of a quote came from, in the order in which they are looked for. */
export const MULTIPLIER_SOURCES = ['group-pair', 'model-in-group', 'key-group', 'account-group', 'default'] as const;
export type MultiplierSource = (typeof MULTIPLIER_SOURCES)[number];

export interface QuoteRequest {
  /** A model's name or one of its aliases. */
  readonly model: string;
  readonly accountGroup: string;
  /**
   * The group that the key chose; absent when the key follows its account. `forbidden` is answered when keys of the
   * account's group may not choose it: another price than the one that was chosen is never charged in its stead.
   */
  readonly keyGroup?: string;
}

/** A rate as it was when asked: a request is settled with the quote it was admitted with, whatever changes later. */
export interface Quote {
  /** The model's name, also when an alias of it was asked for. */
  readonly model: string;
  readonly priceVersionId: string;
  readonly terms: PriceTermsText;
  /** 1,000,000 is a multiplier of one. */
  readonly multiplierMillionths: string;
  readonly multiplierSource: MultiplierSource;
  /** The same in a sentence for people, which names the groups and the multiplier. */
  readonly multiplierExplanation: string;
  /** The most tokens the model may write when the request sets no limit. */
  readonly maxOutputTokens: number;
  /** The most tokens that input and output may have together. */
  readonly contextWindow: number;
  /** When a version already entered takes effect; the quote must not be reused from then on. ISO 8601. */
  readonly validUntil?: string;
  /** The version of the whole catalogue that this was read from; it grows with every change. */
  readonly catalogVersion: number;
}

export interface CatalogRequest {
  readonly accountGroup: string;
  readonly keyGroup?: string;
  /** Words that name, display name, vendor, description or tags must contain, each of them, in any case. */
  readonly search?: string;
  readonly vendor?: string;
  readonly tag?: string;
  readonly modality?: string;
  readonly endpoint?: string;
}

/** What a model can read and write. */
export const MODALITIES = ['text', 'image', 'audio', 'video', 'file', 'embedding'] as const;
export type Modality = (typeof MODALITIES)[number];

export interface ModelProfile {
  readonly name: string;
  readonly displayName: string;
  readonly vendor: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly inputModalities: readonly Modality[];
  readonly outputModalities: readonly Modality[];
  /** The paths that it can be called on; `/v1/chat/completions` when nothing was entered. */
  readonly endpoints: readonly string[];
  /** Other names that it answers to; unique among all names and aliases, and sorted. */
  readonly aliases: readonly string[];
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly createdAt: string;
}

/** A model as a group sees it: with its price in force, and what the group pays. */
export interface CatalogModel extends ModelProfile {
  readonly priceVersionId: string;
  /** Before the multiplier. */
  readonly terms: PriceTermsText;
  readonly multiplierMillionths: string;
  readonly multiplierSource: MultiplierSource;
  readonly multiplierExplanation: string;
  /** Whether the price is a placeholder that the operator has not confirmed. */
  readonly isPlaceholder: boolean;
}

export interface Catalog {
  readonly catalogVersion: number;
  /** When a price already entered changes what is listed, or what it costs. ISO 8601. */
  readonly validUntil?: string;
  /** Enabled, priced and visible to the group; sorted by name. */
  readonly models: readonly CatalogModel[];
}

export interface Model extends ModelProfile {
  readonly id: string;
  readonly enabled: boolean;
  /** The groups that may use it; null for all. */
  readonly visibleTo: readonly string[] | null;
}

export interface CreateModel {
  readonly name: string;
  readonly displayName?: string;
  readonly vendor?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly inputModalities?: readonly Modality[];
  readonly outputModalities?: readonly Modality[];
  readonly endpoints?: readonly string[];
  readonly aliases?: readonly string[];
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly enabled?: boolean;
  readonly visibleTo?: readonly string[] | null;
}

/** What is absent stays as it is. Names are kept: prices and usage records refer to them. */
export type UpdateModel = Pick<CreateModel, 'name'> & Partial<Omit<CreateModel, 'name'>>;

export interface PriceVersion {
  readonly id: string;
  readonly model: string;
  readonly terms: PriceTermsText;
  readonly effectiveFrom: string;
  readonly createdAt: string;
  readonly author: string;
  readonly note: string;
  /** Whether it was imported or shipped as a placeholder that the operator has not confirmed. */
  readonly isPlaceholder: boolean;
}

export interface CreatePriceVersion {
  readonly model: string;
  readonly terms: PriceTermsText;
  /** Absent: at once. */
  readonly effectiveFrom?: string;
  readonly author: string;
  readonly note?: string;
  readonly isPlaceholder?: boolean;
  /**
   * A change of any rate, or of the price of a call or a piece, by more than {@link PRICE_CHANGE_FACTOR_MAX} times up
   * or down is refused unless this is true: it is most often given per thousand tokens, or per token, by mistake. It
   * is compared with the price that it replaces; what becomes free, or no longer is, needs it always.
   */
  readonly confirmed?: boolean;
}

export const PRICE_CHANGE_FACTOR_MAX = 20;

export interface Group {
  readonly name: string;
  readonly multiplierMillionths: string;
  readonly description: string;
  /** The account groups whose keys may choose it; null for all, empty for none. Absent when putting: none. */
  readonly choosableBy?: readonly string[] | null;
}

/** A group as it is kept. */
export interface KeptGroup extends Group {
  readonly choosableBy: readonly string[] | null;
}

/** A whole price list: what is exported, and what an import changes. */
export interface PriceList {
  readonly models: readonly PriceListModel[];
}

/** A field that is absent stays as it is when the model exists, and takes its default when it does not. */
export interface PriceListModel extends CreateModel {
  /** Absent: the model has no price in force, and an import leaves its price alone. */
  readonly terms?: PriceTermsText;
  readonly isPlaceholder?: boolean;
}

export const PRICE_LIST_FORMATS = ['code-router-json', 'code-router-csv', 'litellm', 'openrouter'] as const;
export type PriceListFormat = (typeof PRICE_LIST_FORMATS)[number];

/** The formats that a list can be written in. */
export type PriceListExportFormat = 'code-router-json' | 'code-router-csv';

/** A text that may be too long for a message as it is: NATS takes messages of one megabyte. */
export interface PriceListText {
  readonly content: string;
  /** Absent: `content` is the text itself. */
  readonly encoding?: 'gzip-base64';
}

export interface ImportPriceList extends PriceListText {
  readonly format: PriceListFormat;
  /** Only these models of the list; absent for all of them. */
  readonly only?: readonly string[];
  /** True: says what would change, and changes nothing. */
  readonly dryRun: boolean;
  readonly author: string;
  readonly note?: string;
  /** As in {@link CreatePriceVersion}, for every price of the list. */
  readonly confirmed?: boolean;
}

export interface PriceListChange {
  readonly model: string;
  /** `priced`: it has a new price, and maybe a changed profile; `updated`: its profile alone changed. */
  readonly kind: 'created' | 'priced' | 'updated' | 'unchanged' | 'skipped';
  /** What differs, or why it was skipped, for a person. */
  readonly differences: readonly string[];
}

export interface ImportPriceListReply {
  /** False after a dry run, and when there was nothing to change. */
  readonly applied: boolean;
  /** How many models of each kind the list has. */
  readonly counts: Readonly<Record<PriceListChange['kind'], number>>;
  /** What changes comes first, then what was skipped; at most {@link PRICE_LIST_CHANGES_MAX} of them are told. */
  readonly changes: readonly PriceListChange[];
  /** The models whose price may be a slip, so that the import is refused without `confirmed`. */
  readonly unconfirmed: readonly string[];
}

export const PRICE_LIST_CHANGES_MAX = 1_000;

export interface ImportStarterCatalog {
  readonly dryRun: boolean;
  readonly author: string;
}

/** A quote that a caller was promised: it is the price of their request until it expires. */
export interface BindingQuote {
  /** Sent back as `x-code-router-quote`. */
  readonly id: string;
  readonly accountId: string;
  /** Without `validUntil`: it is the price whatever takes effect meanwhile. */
  readonly quote: Quote;
  readonly expiresAt: string;
}

/** How long a quote may be promised for. */
export const BINDING_QUOTE_TTL_MS = { min: 1_000, max: 86_400_000 } as const;

/** A multiplier for one pair: of an account group and a key group, or of a model and a group. */
export interface MultiplierOverride {
  readonly kind: 'group-pair' | 'model-in-group';
  readonly accountGroup?: string;
  readonly keyGroup?: string;
  readonly model?: string;
  readonly group?: string;
  readonly multiplierMillionths: string;
}

/** Which override is meant, without what it says. */
export type MultiplierPair = Omit<MultiplierOverride, 'multiplierMillionths'>;

/** Something that quotes depend on changed: every cached quote is void. */
export interface PricingChange {
  readonly catalogVersion: number;
}

export const PricingMessages = {
  quote: defineRequest<QuoteRequest, Quote>('pricing.quote'),
  catalog: defineRequest<CatalogRequest, Catalog>('pricing.catalog'),
  createModel: defineRequest<CreateModel, Model>('pricing.models.create'),
  listModels: defineRequest<PageRequest, Page<Model>>('pricing.models.list'),
  updateModel: defineRequest<UpdateModel, Model>('pricing.models.update'),
  getModel: defineRequest<{ readonly name: string }, Model>('pricing.models.get'),
  createPriceVersion: defineRequest<CreatePriceVersion, PriceVersion>('pricing.price-versions.create'),
  listPriceVersions: defineRequest<PageRequest & { readonly model: string }, Page<PriceVersion>>(
    'pricing.price-versions.list',
  ),
  putGroup: defineRequest<Group, KeptGroup>('pricing.groups.put'),
  listGroups: defineRequest<PageRequest, Page<KeptGroup>>('pricing.groups.list'),
  putMultiplier: defineRequest<MultiplierOverride, MultiplierOverride>('pricing.multipliers.put'),
  /** Answers with what was deleted; `not_found` when there is no such override. */
  deleteMultiplier: defineRequest<MultiplierPair, MultiplierOverride>('pricing.multipliers.delete'),
  listMultipliers: defineRequest<PageRequest, Page<MultiplierOverride>>('pricing.multipliers.list'),
  /** The groups that keys of accounts of a group may choose, their own included; sorted by name. */
  listChoosableGroups: defineRequest<{ readonly accountGroup: string }, { readonly groups: readonly KeptGroup[] }>(
    'pricing.groups.choosable',
  ),
  importPriceList: defineRequest<ImportPriceList, ImportPriceListReply>('pricing.price-list.import'),
  exportPriceList: defineRequest<
    { readonly format: PriceListExportFormat; readonly encoding?: 'gzip-base64' },
    PriceListText
  >('pricing.price-list.export'),
  /** Enters well-known models with their list prices as placeholders. What has a price already keeps it. */
  importStarterCatalog: defineRequest<ImportStarterCatalog, ImportPriceListReply>('pricing.starter-catalog.import'),
  /** Promises a quote to an account for a while. */
  createBindingQuote: defineRequest<
    QuoteRequest & { readonly accountId: string; readonly ttlMs: number },
    BindingQuote
  >('pricing.binding-quotes.create'),
  /** Null when it has expired, is unknown, or was promised to another account. */
  findBindingQuote: defineRequest<
    { readonly id: string; readonly accountId: string },
    { readonly bindingQuote: BindingQuote | null }
  >('pricing.binding-quotes.find'),
} as const;

export const PricingNotices = {
  changed: defineNotice<PricingChange>('pricing.changed'),
} as const;

/** The group that accounts belong to when nobody chose one. */
export const DEFAULT_GROUP = 'default';
