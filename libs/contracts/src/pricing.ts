import type { PriceTermsText } from '@code-router/money';
import { defineNotice, defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';

/** Where the multiplier of a quote came from, in the order in which they are looked for. */
export const MULTIPLIER_SOURCES = ['group-pair', 'model-in-group', 'key-group', 'account-group', 'default'] as const;
export type MultiplierSource = (typeof MULTIPLIER_SOURCES)[number];

export interface QuoteRequest {
  readonly model: string;
  readonly accountGroup: string;
  /** The group that the key chose; absent when the key follows its account. */
  readonly keyGroup?: string;
}

/** A rate as it was when asked: a request is settled with the quote it was admitted with, whatever changes later. */
export interface Quote {
  readonly model: string;
  readonly priceVersionId: string;
  readonly terms: PriceTermsText;
  /** 1,000,000 is a multiplier of one. */
  readonly multiplierMillionths: string;
  readonly multiplierSource: MultiplierSource;
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
  /** The paths that it can be called on, such as `/v1/chat/completions`. */
  readonly endpoints: readonly string[];
  /** Other names that it answers to; unique among all names and aliases. */
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
  /** Whether the price is a placeholder that the operator has not confirmed. */
  readonly isPlaceholder: boolean;
}

export interface Catalog {
  readonly catalogVersion: number;
  /** When a price already entered changes what is listed. ISO 8601. */
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

/** Names are kept: prices and usage records refer to them. */
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
   * A price that is more than {@link PRICE_CHANGE_FACTOR_MAX} times the one before, or less than its part, is refused
   * unless this is true: it is most often given per thousand tokens, or per token, by mistake.
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

/** A whole price list: what is exported, and what an import changes. */
export interface PriceList {
  readonly models: readonly PriceListModel[];
}

export interface PriceListModel extends Omit<CreateModel, 'name'> {
  readonly name: string;
  readonly terms: PriceTermsText;
  readonly isPlaceholder?: boolean;
}

export const PRICE_LIST_FORMATS = ['code-router-json', 'code-router-csv', 'litellm', 'openrouter'] as const;
export type PriceListFormat = (typeof PRICE_LIST_FORMATS)[number];

export interface ImportPriceList {
  readonly format: PriceListFormat;
  /** The text of the list. */
  readonly content: string;
  /** True: says what would change, and changes nothing. */
  readonly dryRun: boolean;
  readonly author: string;
  readonly note?: string;
  readonly confirmed?: boolean;
}

export interface PriceListChange {
  readonly model: string;
  readonly kind: 'created' | 'priced' | 'unchanged' | 'skipped';
  /** What differs, or why it was skipped, for a person. */
  readonly differences: readonly string[];
}

export interface ImportPriceListReply {
  readonly applied: boolean;
  readonly changes: readonly PriceListChange[];
}

/** A quote that a caller was promised: it is the price of their request until it expires. */
export interface BindingQuote {
  /** Sent back as `x-code-router-quote`. */
  readonly id: string;
  readonly accountId: string;
  readonly quote: Quote;
  readonly expiresAt: string;
}

/** A multiplier for one pair: of an account group and a key group, or of a model and a group. */
export interface MultiplierOverride {
  readonly kind: 'group-pair' | 'model-in-group';
  readonly accountGroup?: string;
  readonly keyGroup?: string;
  readonly model?: string;
  readonly group?: string;
  readonly multiplierMillionths: string;
}

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
  putGroup: defineRequest<Group, Group>('pricing.groups.put'),
  listGroups: defineRequest<PageRequest, Page<Group>>('pricing.groups.list'),
  putMultiplier: defineRequest<MultiplierOverride, MultiplierOverride>('pricing.multipliers.put'),
  listMultipliers: defineRequest<PageRequest, Page<MultiplierOverride>>('pricing.multipliers.list'),
  /** The groups that keys of accounts of a group may choose. */
  listChoosableGroups: defineRequest<{ readonly accountGroup: string }, { readonly groups: readonly Group[] }>(
    'pricing.groups.choosable',
  ),
  importPriceList: defineRequest<ImportPriceList, ImportPriceListReply>('pricing.price-list.import'),
  exportPriceList: defineRequest<
    { readonly format: 'code-router-json' | 'code-router-csv' },
    { readonly content: string }
  >('pricing.price-list.export'),
  /** Promises a quote to an account for a while. */
  createBindingQuote: defineRequest<
    QuoteRequest & { readonly accountId: string; readonly ttlMs: number },
    BindingQuote
  >('pricing.binding-quotes.create'),
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
