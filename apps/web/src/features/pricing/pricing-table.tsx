import { Badge, Checkbox, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rateFor } from '@code-router/money';
import { formatCompact } from '../../ui/number-format';
import type { RateBase } from '../../ui/rate-format';
import { OtherPrices } from './other-prices';
import type { PricedModel } from './priced-model';
import { COMPARED_MAX, type Sort } from '../../api/catalog-search';
import { Rate } from './rate';
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
const OVERSCAN = 10;

/** The list of prices. Only the rows in sight exist, so that a thousand models are found as quickly as ten. */
export function PricingTable({ models, per, group, sort, descending, onSort, compared, onCompare }: PricingTableProps) {
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
  });
  const inSight = rows.getVirtualItems();
  const above = (inSight[0]?.start ?? top) - top;
  const below = rows.getTotalSize() - ((inSight.at(-1)?.end ?? top) - top);

  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={t('table.label')} aria-rowcount={models.length + 1}>
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
              <Row
                key={key}
                measure={rows.measureElement}
                index={index}
                priced={priced}
                per={per}
                group={group}
                isCompared={isCompared}
                canCompare={isCompared || compared.length < COMPARED_MAX}
                onCompare={onCompare}
              />
            );
          })}
          <Gap height={below} />
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly measure: (row: HTMLTableRowElement | null) => void;
  readonly index: number;
  readonly priced: PricedModel;
  readonly per: RateBase;
  readonly group: string | undefined;
  readonly isCompared: boolean;
  readonly canCompare: boolean;
  readonly onCompare: (name: string) => void;
}

const Row = memo(function Row({ measure, index, priced, per, group, isCompared, canCompare, onCompare }: RowProps) {
  const { t } = useTranslation('pricing');
  const { model, terms, multiplierMillionths } = priced;
  const { rates } = terms;
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <td className={classes.box}>
        <Checkbox
          size="xs"
          aria-label={t('table.compareModel', { model: model.displayName })}
          checked={isCompared}
          disabled={!canCompare}
          onChange={() => onCompare(model.name)}
        />
      </td>
      <th scope="row" className={classes.model}>
        <Link
          to="/pricing/model"
          search={{ name: model.name, ...(group === undefined ? {} : { group }) }}
          className={classes.name}
        >
          {model.displayName}
        </Link>
        {model.isPlaceholder ? (
          <Badge size="xs" variant="light" color="yellow" className={classes.badge}>
            {t('placeholder')}
          </Badge>
        ) : null}
        <Text size="xs" c="dimmed" component="div" className={classes.about}>
          <code>{model.name}</code>
          {model.vendor === '' ? null : <span>{model.vendor}</span>}
        </Text>
      </th>
      <td data-label={t('table.context')}>{formatCompact(model.contextWindow)}</td>
      <td data-label={t('table.input')}>
        <Rate nanos={rateFor('input', rates)} multiplierMillionths={multiplierMillionths} per={per} />
      </td>
      <td data-label={t('table.cached')} data-absent={rates.cachedInput === undefined || undefined}>
        {rates.cachedInput === undefined ? (
          '—'
        ) : (
          <Rate nanos={rates.cachedInput} multiplierMillionths={multiplierMillionths} per={per} />
        )}
      </td>
      <td data-label={t('table.output')}>
        <Rate nanos={rateFor('output', rates)} multiplierMillionths={multiplierMillionths} per={per} />
      </td>
      <td className={classes.other}>
        <OtherPrices priced={priced} per={per} />
      </td>
    </tr>
  );
});

/** Stands for the rows that are out of sight. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return <tr aria-hidden="true" className={classes.gap} style={{ height }} />;
}

function SortIcon({ sorted }: { readonly sorted: 'up' | 'down' | undefined }) {
  if (sorted === undefined) return <IconArrowsSort size={14} className={classes.unsorted} aria-hidden />;
  return sorted === 'up' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />;
}
