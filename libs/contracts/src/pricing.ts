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
}

export interface CatalogModel {
  readonly name: string;
  readonly displayName: string;
  readonly vendor: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly createdAt: string;
}

export interface Catalog {
  readonly catalogVersion: number;
  /** When a price already entered changes what is listed. ISO 8601. */
  readonly validUntil?: string;
  /** Enabled, priced and visible to the group; sorted by name. */
  readonly models: readonly CatalogModel[];
}

export interface Model extends CatalogModel {
  readonly id: string;
  readonly enabled: boolean;
  /** The groups that may use it; null for all. */
  readonly visibleTo: readonly string[] | null;
}

export interface CreateModel {
  readonly name: string;
  readonly displayName?: string;
  readonly vendor?: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly visibleTo?: readonly string[] | null;
}

export interface PriceVersion {
  readonly id: string;
  readonly model: string;
  readonly terms: PriceTermsText;
  readonly effectiveFrom: string;
  readonly createdAt: string;
  readonly author: string;
  readonly note: string;
}

export interface CreatePriceVersion {
  readonly model: string;
  readonly terms: PriceTermsText;
  /** Absent: at once. */
  readonly effectiveFrom?: string;
  readonly author: string;
  readonly note?: string;
}

export interface Group {
  readonly name: string;
  readonly multiplierMillionths: string;
  readonly description: string;
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
  createPriceVersion: defineRequest<CreatePriceVersion, PriceVersion>('pricing.price-versions.create'),
  listPriceVersions: defineRequest<PageRequest & { readonly model: string }, Page<PriceVersion>>(
    'pricing.price-versions.list',
  ),
  putGroup: defineRequest<Group, Group>('pricing.groups.put'),
  listGroups: defineRequest<PageRequest, Page<Group>>('pricing.groups.list'),
  putMultiplier: defineRequest<MultiplierOverride, MultiplierOverride>('pricing.multipliers.put'),
  listMultipliers: defineRequest<PageRequest, Page<MultiplierOverride>>('pricing.multipliers.list'),
} as const;

export const PricingNotices = {
  changed: defineNotice<PricingChange>('pricing.changed'),
} as const;

/** The group that accounts belong to when nobody chose one. */
export const DEFAULT_GROUP = 'default';
