import { queryOptions } from '@tanstack/react-query';
import type { CatalogModel, KeptGroup, PriceVersion } from '@code-router/contracts';
import { api } from './client';

/** The models that a viewer sees, with what they cost them. */
export interface ViewedCatalog {
  readonly catalogVersion: number;
  /** The group of the viewer's account; that of new accounts for visitors. */
  readonly accountGroup: string;
  /** The group that was asked for; null for the account's own. */
  readonly keyGroup: string | null;
  readonly models: readonly CatalogModel[];
}

/** The groups that the viewer's keys may choose. */
export interface ViewedGroups {
  readonly accountGroup: string;
  readonly groups: readonly KeptGroup[];
}

/** A model with everything that it cost, costs and will cost: newest first. */
export interface ViewedModel {
  readonly model: CatalogModel;
  readonly history: readonly Omit<PriceVersion, 'author' | 'note'>[];
}

/** Whose prices: those of an account, or of a group that its keys may choose. */
export interface Viewer {
  readonly accountId?: string | undefined;
  readonly group?: string | undefined;
}

/** Prices are fresh for a minute; the gateway itself answers from memory until something changes. */
const STALE_MS = 60_000;

export const catalogQuery = ({ accountId, group }: Viewer) =>
  queryOptions({
    queryKey: ['/api/catalog', accountId ?? null, group ?? null],
    queryFn: ({ signal }) => api.get<ViewedCatalog>('/api/catalog', { query: { accountId, group }, signal }),
    staleTime: STALE_MS,
  });

export const catalogGroupsQuery = ({ accountId }: Viewer) =>
  queryOptions({
    queryKey: ['/api/catalog/groups', accountId ?? null],
    queryFn: ({ signal }) => api.get<ViewedGroups>('/api/catalog/groups', { query: { accountId }, signal }),
    staleTime: STALE_MS,
  });

export const catalogModelQuery = (name: string, { accountId, group }: Viewer) =>
  queryOptions({
    queryKey: ['/api/catalog/models/by-name', name, accountId ?? null, group ?? null],
    queryFn: ({ signal }) =>
      api.get<ViewedModel>('/api/catalog/models/by-name', { query: { name, accountId, group }, signal }),
    staleTime: STALE_MS,
  });
