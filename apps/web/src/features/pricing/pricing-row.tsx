import { Badge } from '@mantine/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { rateFor } from '@code-router/money';
import { LightLink } from '../../ui/light-link';
import { formatCompact } from '../../ui/number-format';
import type { RateBase } from '../../ui/rate-format';
import { OtherPrices } from './other-prices';
import type { PricedModel } from './priced-model';
import classes from './pricing-table.module.css';
import { Rate } from './rate';

interface PricingCellsProps {
  readonly priced: PricedModel;
  readonly per: RateBase;
  readonly group: string | undefined;
  readonly isCompared: boolean;
  readonly canCompare: boolean;
  readonly onCompare: (name: string) => void;
}

/**
 * What a row of the list shows. Plain elements, because with a keystroke all rows may be others; and apart from the row
 * itself, whose place changes with what is found above it.
 */
export const PricingCells = memo(function PricingCells(props: PricingCellsProps) {
  const { priced, per, group, isCompared, canCompare, onCompare } = props;
  const { t } = useTranslation('pricing');
  const { model, terms, multiplierMillionths } = priced;
  const { rates } = terms;
  return (
    <>
      <td className={classes.box}>
        <input
          type="checkbox"
          aria-label={t('table.compareModel', { model: model.displayName })}
          checked={isCompared}
          disabled={!canCompare}
          onChange={() => onCompare(model.name)}
        />
      </td>
      <th scope="row" className={classes.model}>
        <LightLink
          to="/pricing/model"
          search={{ name: model.name, ...(group === undefined ? {} : { group }) }}
          className={classes.name}
        >
          {model.displayName}
        </LightLink>
        {model.isPlaceholder ? (
          <Badge size="xs" variant="light" color="yellow" className={classes.badge}>
            {t('placeholder')}
          </Badge>
        ) : null}
        <div className={classes.about}>
          <code>{model.name}</code>
          {model.vendor === '' ? null : <span>{model.vendor}</span>}
        </div>
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
    </>
  );
});
