import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import { useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RateBase } from '../../ui/rate-format';
import type { PricedModel } from './priced-model';
import { COMPARED_MAX, type Sort } from '../../api/catalog-search';
import { PricingCells } from './pricing-row';
import classes from './pricing-table.module.css';

interface PricingTableProps {
  readonly models: readonly PricedModel[];
  readonly per: RateBase;
  readonly group: string | undefined;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly onSort: (sort: Sort) => void;
  readonly compared: readonly string[];
  readonly onCompare: (name: string) => void;
}

const COLUMNS = ['name', 'context', 'input', 'cached', 'output'] as const satisfies readonly Sort[];
const ROW_HEIGHT = 62;
/** Rows beyond the window that are there already when somebody scrolls. */
const OVERSCAN = 6;

/** The list of prices. Only the rows in sight exist, so that a thousand models are found as quickly as ten. */
export const PricingTable = memo(function PricingTable(props: PricingTableProps) {
  const { models, per, group, sort, descending, onSort, compared, onCompare } = props;
  const { t } = useTranslation('pricing');
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const rows = useWindowVirtualizer({
    count: models.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => models[index]?.model.name ?? index,
    measureElement: measured,
  });
  const inSight = rows.getVirtualItems();
  const above = (inSight[0]?.start ?? top) - top;
  const below = rows.getTotalSize() - ((inSight.at(-1)?.end ?? top) - top);

  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={t('table.label')} aria-rowcount={models.length + 1}>
        <colgroup>
          <col className={classes.box} />
          {COLUMNS.map((column) => (
            <col key={column} data-column={column} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" className={classes.box}>
              <span className={classes.forScreenReaders}>{t('table.compare')}</span>
            </th>
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                data-column={column}
                aria-sort={sort === column ? (descending ? 'descending' : 'ascending') : undefined}
              >
                <button type="button" className={classes.sort} onClick={() => onSort(column)}>
                  {t(`table.${column}`)}
                  <SortIcon sorted={sort === column ? (descending ? 'down' : 'up') : undefined} />
                </button>
              </th>
            ))}
            <th scope="col">{t('table.other')}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={above} />
          {inSight.map(({ index, key }) => {
            const priced = models[index];
            if (!priced) return null;
            const isCompared = compared.includes(priced.model.name);
            return (
              <tr key={key} ref={rows.measureElement} data-index={index} aria-rowindex={index + 2}>
                <PricingCells
                  priced={priced}
                  per={per}
                  group={group}
                  isCompared={isCompared}
                  canCompare={isCompared || compared.length < COMPARED_MAX}
                  onCompare={onCompare}
                />
              </tr>
            );
          })}
          <Gap height={below} />
        </tbody>
      </table>
    </div>
  );
});

/**
 * How tall a row is, once the browser has laid it out and tells; until then, what it was or most are. Asking each row that
 * comes in would lay out the table in the midst of drawing it.
 */
function measured(
  row: HTMLTableRowElement,
  entry: ResizeObserverEntry | undefined,
  rows: Virtualizer<Window, HTMLTableRowElement>,
): number {
  const told = entry?.borderBoxSize[0];
  if (told) return Math.round(told.blockSize);
  const item = rows.measurementsCache[rows.indexFromElement(row)];
  return item?.size ?? ROW_HEIGHT;
}

/** Stands for the rows that are out of sight. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return <tr aria-hidden="true" className={classes.gap} style={{ height }} />;
}

function SortIcon({ sorted }: { readonly sorted: 'up' | 'down' | undefined }) {
  if (sorted === undefined) return <IconArrowsSort size={14} className={classes.unsorted} aria-hidden />;
  return sorted === 'up' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />;
}
