import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Account, CatalogModel, KeptGroup, MemberKey, UsageStatistics } from '@code-router/contracts';
import { api } from './client';
import { usePages, type Pages } from './pages';

const BALANCE_MS = 4_000;

/** The account as it is now: its balance changes with every request, and is as fresh as the entries beside it. */
export function accountQuery(path: string) {
  return queryOptions({
    queryKey: [path],
    queryFn: ({ signal }) => api.get<Account>(path, { signal }),
    refetchInterval: BALANCE_MS,
  });
}

export interface StatisticsQuery {
  readonly from: string;
  readonly to: string;
  readonly granularity: 'hour' | 'day';
  readonly groupBy?: 'none' | 'model' | 'key';
  /** `none` where nothing shows any: they are half of the work. */
  readonly latency?: 'none';
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
}

export function statisticsQuery(path: string, query: StatisticsQuery) {
  return queryOptions({
    queryKey: [`${path}/usage/statistics`, query],
    queryFn: ({ signal }) => api.get<UsageStatistics>(`${path}/usage/statistics`, { query: { ...query }, signal }),
    staleTime: 30_000,
  });
}

/** The models that the account may use, by name. */
export function useModelNames(accountId: string): readonly string[] {
  const { data } = useQuery({
    queryKey: ['/api/catalog', accountId],
    queryFn: ({ signal }) =>
      api.get<{ readonly models: readonly CatalogModel[] }>('/api/catalog', { query: { accountId }, signal }),
    staleTime: 60_000,
  });
  return data?.models.map(({ name }) => name) ?? [];
}

/** The groups that keys of the account may choose. */
export function useChoosableGroups(path: string): readonly KeptGroup[] {
  const { data } = useQuery({
    queryKey: [`${path}/groups`],
    queryFn: ({ signal }) => api.get<{ readonly groups: readonly KeptGroup[] }>(`${path}/groups`, { signal }),
    staleTime: 60_000,
  });
  return data?.groups ?? [];
}

const KEYS_LIMIT = 200;

/** The keys that the viewer may see. */
export function useKeys(path: string): Pages<MemberKey> {
  return usePages<MemberKey>(`${path}/keys`, {}, { limit: KEYS_LIMIT });
}
