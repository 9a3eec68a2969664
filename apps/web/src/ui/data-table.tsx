import { Button, Group, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, type ReactNode } from 'react';
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
  /** A CSS width, such as `120px` or `20%`: for long tables, whose columns must not jump while rows come and go. */
  readonly width?: string;
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
  /** Draws only the rows that can be seen, and reads on by itself when the last is near. For lists without an end. */
  readonly endless?: boolean;
  /** How many lines a row of an endless list has at most: all of its rows are as tall, so that none needs to be measured. */
  readonly rowLines?: 1 | 2;
}

/** How tall rows of one and of two lines are, as the styles say; on a phone a row is a card, about so tall before it is drawn. */
const ROW_PX = { 1: 45, 2: 62 } as const;
const CARD_PX = 168;
const ROWS_BEYOND_SIGHT = 12;

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
  const {
    label,
    columns,
    rows,
    rowKey,
    onOpen,
    hasMore = false,
    isLoadingMore = false,
    onMore,
    endless = false,
    rowLines = 1,
  } = props;
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
  const tableRows = table.getRowModel().rows;
  const place = useRef<HTMLDivElement>(null);
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const virtualizer = useWindowVirtualizer({
    count: tableRows.length,
    enabled: endless,
    estimateSize: () => (isPhone ? CARD_PX : ROW_PX[rowLines]),
    overscan: ROWS_BEYOND_SIGHT,
    scrollMargin: place.current?.offsetTop ?? 0,
    getItemKey: (index) => tableRows[index]?.id ?? index,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, isPhone]);
  const drawn = virtualizer.getVirtualItems();
  const lastDrawn = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (endless && hasMore && !isLoadingMore && lastDrawn >= tableRows.length - ROWS_BEYOND_SIGHT) onMore?.();
  }, [endless, hasMore, isLoadingMore, lastDrawn, tableRows.length, onMore]);
  const shown = endless ? drawn.flatMap(({ index }) => tableRows[index] ?? []) : tableRows;
  const margin = virtualizer.options.scrollMargin;
  const above = endless ? (drawn[0]?.start ?? margin) - margin : 0;
  const below = endless ? virtualizer.getTotalSize() + margin - (drawn.at(-1)?.end ?? margin) : 0;
  const firstDrawn = endless ? (drawn[0]?.index ?? 0) : 0;

  return (
    <>
      <div className={classes.scroller} ref={place}>
        <table
          className={classes.table}
          aria-label={label}
          data-fixed={endless || undefined}
          data-row-lines={endless ? rowLines : undefined}
          // Of rows that are not drawn, this alone tells.
          aria-rowcount={endless ? (hasMore ? -1 : tableRows.length + 1) : undefined}
        >
          <colgroup>
            {columns.map(({ id, width }) => (
              <col key={id} style={width === undefined ? undefined : { width }} />
            ))}
          </colgroup>
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
            {above > 0 ? <Spacer height={above} /> : null}
            {shown.map((row, position) => (
              <DrawnRow
                key={row.id}
                row={row.original}
                columns={columns}
                onOpen={onOpen}
                index={endless ? firstDrawn + position : undefined}
                // Rows that are all as tall are not measured, which would lay the table out anew for each that comes in.
                measure={endless && isPhone ? virtualizer.measureElement : undefined}
              />
            ))}
            {below > 0 ? <Spacer height={below} /> : null}
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

interface DrawnRowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly onOpen: ((row: Row) => void) | undefined;
  /** Its place among all rows, where only some are drawn. */
  readonly index: number | undefined;
  readonly measure: ((element: HTMLTableRowElement | null) => void) | undefined;
}

/** While a list is scrolled, rows that stay in sight are not drawn again. */
const DrawnRow = memo(function DrawnRow<Row extends object>(props: DrawnRowProps<Row>) {
  const { row, columns, onOpen, index, measure } = props;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      data-clickable={onOpen ? true : undefined}
      onClick={onOpen ? (event) => openUnlessOnControl(event, () => onOpen(row)) : undefined}
    >
      {columns.map((column, place) => (
        <td
          key={column.id}
          data-align={column.align}
          data-column={column.id}
          data-label={column.header}
          data-actions={column.isActions || undefined}
          data-hide-on-phone={column.hideOnPhone || undefined}
        >
          {place === 0 && onOpen ? (
            <button type="button" className={classes.open} onClick={() => onOpen(row)}>
              {column.cell(row)}
            </button>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}) as <Row extends object>(props: DrawnRowProps<Row>) => ReactNode;

/** Takes the room of rows that are not drawn. */
function Spacer({ height }: { readonly height: number }) {
  return <tr aria-hidden className={classes.spacer} style={{ height }} />;
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
    <Text size="xs" c="dimmed" component="div" className={classes.note}>
      {children}
    </Text>
  );
}
