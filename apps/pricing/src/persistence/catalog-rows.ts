import type {
  KeptGroup,
  Modality,
  Model,
  ModelProfile,
  MultiplierOverride,
  PriceVersion,
} from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';

/** A model's profile; without a name in the one row of an empty catalogue. */
export interface ProfileRow {
  name: string | null;
  display_name: string;
  vendor: string;
  description: string;
  tags: string[];
  input_modalities: Modality[];
  output_modalities: Modality[];
  endpoints: string[];
  aliases: string[];
  context_window: number;
  max_output_tokens: number;
  created_at: Date;
}

export interface ModelRow extends ProfileRow {
  id: string;
  name: string;
  enabled: boolean;
  visible_to: string[] | null;
}

export interface PriceVersionRow {
  id: string;
  terms: PriceTermsText;
  effective_from: Date;
  author: string;
  note: string;
  is_placeholder: boolean;
  created_at: Date;
}

export interface GroupRow {
  id: string;
  name: string;
  multiplier_millionths: string;
  description: string;
  choosable_by: string[] | null;
}

export interface OverrideRow {
  position: string;
  multiplier_millionths: string;
  account_group: string | null;
  key_group: string | null;
  model: string | null;
  group_name: string | null;
}

export function modelOf(row: ModelRow): Model {
  return { id: row.id, ...profileOf(row.name, row), enabled: row.enabled, visibleTo: row.visible_to };
}

export function profileOf(name: string, row: ProfileRow): ModelProfile {
  return {
    name,
    displayName: row.display_name,
    vendor: row.vendor,
    description: row.description,
    tags: row.tags,
    inputModalities: row.input_modalities,
    outputModalities: row.output_modalities,
    endpoints: row.endpoints,
    aliases: row.aliases,
    contextWindow: row.context_window,
    maxOutputTokens: row.max_output_tokens,
    createdAt: row.created_at.toISOString(),
  };
}

export function priceVersionOf(model: string, row: PriceVersionRow): PriceVersion {
  return {
    id: row.id,
    model,
    terms: row.terms,
    effectiveFrom: row.effective_from.toISOString(),
    createdAt: row.created_at.toISOString(),
    author: row.author,
    note: row.note,
    isPlaceholder: row.is_placeholder,
  };
}

export function groupOf(row: GroupRow): KeptGroup {
  return {
    name: row.name,
    multiplierMillionths: row.multiplier_millionths,
    description: row.description,
    choosableBy: row.choosable_by,
  };
}

export function overrideOf(row: OverrideRow): MultiplierOverride {
  const multiplierMillionths = row.multiplier_millionths;
  return row.model === null
    ? {
        kind: 'group-pair',
        accountGroup: row.account_group ?? '',
        keyGroup: row.key_group ?? '',
        multiplierMillionths,
      }
    : { kind: 'model-in-group', model: row.model, group: row.group_name ?? '', multiplierMillionths };
}
