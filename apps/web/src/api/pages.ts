import {
  infiniteQueryOptions,
  keepPreviousData,
  useInfiniteQuery,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page } from '@code-router/contracts';
import { api, type Query } from './client';

/** A list that is read page by page. */
export interface Pages<Item> {
  /** What was read so far. */
  readonly items: readonly Item[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

export interface PagesOptions {
  readonly limit?: number;
  readonly enabled?: boolean;
  /** How often the list is read anew while only its first page is shown; whoever reads on is left in peace. */
  readonly liveMs?: number | undefined;
}

const LIMIT_DEFAULT = 50;

/** Reads a list by its cursors; `loadMore` reads the next page, as many times as there are pages. */
export function usePages<Item>(path: string, query: Query = {}, options: PagesOptions = {}): Pages<Item> {
  const { limit = LIMIT_DEFAULT, enabled = true, liveMs } = options;
  const result = useInfiniteQuery({
    ...pagesQuery<Item>(path, query, limit),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (liveMs !== undefined && (state.data?.pages.length ?? 0) <= 1 ? liveMs : false),
  });
  return usePagesOf(result);
}

/** The key of a list begins with its path, without the query: to invalidate it whatever it was filtered by. */
export function pagesQuery<Item>(path: string, query: Query, limit = LIMIT_DEFAULT) {
  return infiniteQueryOptions<Page<Item>, Error, InfiniteData<Page<Item>>, QueryKey, string | undefined>({
    queryKey: [path, 'pages', query, limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Item>>(path, { query: { ...query, limit, cursor: pageParam }, signal }),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
}

function usePagesOf<Item>(result: UseInfiniteQueryResult<InfiniteData<Page<Item>>>): Pages<Item> {
  const { data, error, hasNextPage, isFetchingNextPage, isLoading, fetchNextPage, refetch } = result;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    items,
    isLoading,
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore,
    reload: () => void refetch(),
  };
}
