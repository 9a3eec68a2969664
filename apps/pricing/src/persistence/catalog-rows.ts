import type { Group, Model, MultiplierOverride, PriceVersion } from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';

export interface ModelRow {
  id: string;
  name: string;
  display_name: string;
  vendor: string;
  context_window: number;
  max_output_tokens: number;
  enabled: boolean;
  visible_to: string[] | null;
  created_at: Date;
}

export interface PriceVersionRow {
  id: string;
  terms: PriceTermsText;
  effective_from: Date;
  author: string;
  note: string;
  created_at: Date;
}

export interface GroupRow {
  id: string;
  name: string;
  multiplier_millionths: string;
  description: string;
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
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    vendor: row.vendor,
    contextWindow: row.context_window,
    maxOutputTokens: row.max_output_tokens,
    enabled: row.enabled,
    visibleTo: row.visible_to,
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
  };
}

export function groupOf(row: GroupRow): Group {
  return { name: row.name, multiplierMillionths: row.multiplier_millionths, description: row.description };
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
