import { Button, Group, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';
import { ErrorState, LoadingRows } from './states';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the end, so that their digits align. */
  readonly align?: 'start' | 'end';
  /** What the column is sorted by; absent: it cannot be sorted. Only for lists that are whole. */
  readonly sortBy?: (row: Row) => string | number | bigint;
  /** Left out on a phone, where each row is a card. */
  readonly hideOnPhone?: boolean;
  /** Of buttons: no header is shown on a phone. */
  readonly isActions?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table lists, for people who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Opens a row; its first cell becomes a button. */
  readonly onOpen?: (row: Row) => void;
  readonly isLoading?: boolean;
  readonly error?: unknown;
  readonly onRetry?: () => void;
  /** What stands in place of no rows. */
  readonly empty: ReactNode;
  readonly hasMore?: boolean;
  readonly isLoadingMore?: boolean;
  readonly onMore?: () => void;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** A table with everything that a list needs: loading, failure, nothing, more; on a phone, a card for each row. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { rows, isLoading = false, error, onRetry, empty } = props;
  if (error !== undefined && error !== null && rows.length === 0) {
    return (
      <div className={classes.state}>
        <ErrorState error={error} {...(onRetry ? { onRetry } : {})} />
      </div>
    );
  }
  if (isLoading) return <LoadingRows />;
  if (rows.length === 0) return <>{empty}</>;
  return <FilledTable {...props} />;
}

function FilledTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, onOpen, hasMore = false, isLoadingMore = false, onMore } = props;
  const { t } = useTranslation('ui');
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const tableColumns = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      columns.map(({ id, header, sortBy }) =>
        helper.accessor((row: Row) => sortBy?.(row) ?? '', {
          id,
          header,
          enableSorting: sortBy !== undefined,
          sortFn: (a, b, column) => compare(a.getValue(column), b.getValue(column)),
        }),
      ),
    );
  }, [columns]);
  const table = useTable({
    features,
    columns: tableColumns,
    data: rows,
    getRowId: rowKey,
    enableSortingRemoval: true,
  });

  return (
    <>
      <div className={classes.scroller}>
        <table className={classes.table} aria-label={label}>
          <thead>
            <tr>
              {table.getFlatHeaders().map(({ column }) => {
                const { header, align, isActions } = byId.get(column.id) ?? {};
                const sorted = column.getIsSorted();
                return (
                  <th
                    key={column.id}
                    scope="col"
                    data-align={align}
                    data-column={column.id}
                    aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
                  >
                    {column.getCanSort() ? (
                      <button
                        type="button"
                        className={classes.sort}
                        onClick={() => column.toggleSorting()}
                        aria-label={t('table.sortBy', { column: header })}
                      >
                        {header}
                        <SortIcon sorted={sorted} />
                      </button>
                    ) : isActions ? (
                      <span className={classes.forScreenReaders}>{header}</span>
                    ) : (
                      header
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {table.getRowModel().rows.map((row) => (
              <tr
                key={row.id}
                data-clickable={onOpen ? true : undefined}
                onClick={onOpen ? (event) => openUnlessOnControl(event, () => onOpen(row.original)) : undefined}
              >
                {columns.map((column, index) => (
                  <td
                    key={column.id}
                    data-align={column.align}
                    data-column={column.id}
                    data-label={column.header}
                    data-actions={column.isActions || undefined}
                    data-hide-on-phone={column.hideOnPhone || undefined}
                  >
                    {index === 0 && onOpen ? (
                      <button type="button" className={classes.open} onClick={() => onOpen(row.original)}>
                        {column.cell(row.original)}
                      </button>
                    ) : (
                      column.cell(row.original)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasMore ? (
        <Group justify="center" p="sm">
          <Button variant="default" size="xs" loading={isLoadingMore} onClick={onMore}>
            {t('table.more')}
          </Button>
        </Group>
      ) : null}
    </>
  );
}

function SortIcon({ sorted }: { readonly sorted: false | 'asc' | 'desc' }) {
  if (sorted === false) return <IconArrowsSort size={14} className={classes.unsorted} aria-hidden />;
  return sorted === 'asc' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />;
}

/** A click on a button or a link within the row is meant for that alone, and one that ends a selection for nothing. */
function openUnlessOnControl(event: React.MouseEvent, open: () => void): void {
  const target = event.target as Element;
  if (target.closest('a, button, input, label, [role="menu"], [role="switch"]')) return;
  if (window.getSelection()?.isCollapsed === false) return;
  open();
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  const [left, right] = [a as number | bigint, b as number | bigint];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The names of things in a cell, in the second line of it. */
export function CellNote({ children }: { readonly children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed" component="div">
      {children}
    </Text>
  );
}
