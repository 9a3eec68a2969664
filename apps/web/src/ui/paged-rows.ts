import type { Pages } from '../api/pages';
import type { DataTableProps } from './data-table';

type PagedRows<Row> = Required<
  Pick<DataTableProps<Row>, 'rows' | 'isLoading' | 'error' | 'onRetry' | 'hasMore' | 'isLoadingMore' | 'onMore'>
>;

/** What a table must be told of a list that is read page by page: `<DataTable {...pagedRows(keys)} … />`. */
export function pagedRows<Row>(pages: Pages<Row>): PagedRows<Row> {
  const { items, isLoading, error, reload, hasMore, isLoadingMore, loadMore } = pages;
  return { rows: items, isLoading, error, onRetry: reload, hasMore, isLoadingMore, onMore: loadMore };
}
