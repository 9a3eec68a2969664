import { useQuery } from '@tanstack/react-query';
import type { Page } from '@code-router/contracts';
import { api, type Query } from './client';

/** A list that is read whole, because it is sorted, searched or chosen from here. */
export interface WholeList<Item> {
  readonly items: readonly Item[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly reload: () => void;
}

const PAGE_LIMIT = 200;
/** More than any installation enters by hand; a list beyond it is cut rather than read for minutes. */
const PAGES_MAX = 100;

export function useWholeList<Item>(path: string, query: Query = {}, enabled = true): WholeList<Item> {
  const { data, isLoading, error, refetch } = useQuery({
    queryKey: [path, 'whole', query],
    queryFn: async ({ signal }) => {
      const items: Item[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const next = await api.get<Page<Item>>(path, { query: { ...query, limit: PAGE_LIMIT, cursor }, signal });
        items.push(...next.items);
        cursor = next.nextCursor;
        if (cursor === undefined) break;
      }
      return items;
    },
    enabled,
  });
  return { items: data ?? [], isLoading, error, reload: () => void refetch() };
}
