import { useTranslation } from 'react-i18next';
import { rateFor, TOKEN_CLASSES, UNIT_CLASSES, type PriceTerms, type Rates } from '@code-router/money';
import { formatCompact } from '../../ui/number-format';
import type { PricedModel } from './priced-model';
import { Rate } from './rate';
import classes from './price-parts.module.css';

/** Every part of a price: the classes of tokens with a column for each tier, calls, and pieces. */
export function PriceParts({ priced: { terms, multiplierMillionths } }: { readonly priced: PricedModel }) {
  const { t } = useTranslation('pricing');
  const columns: readonly Rates[] = [terms.rates, ...terms.tiers.map(({ rates }) => rates)];
  return (
    <div className={classes.scroller}>
      <table className={classes.table} aria-label={t('model.price')}>
        <thead>
          <tr>
            <th scope="col">{t('parts.part')}</th>
            <th scope="col">{terms.tiers.length === 0 ? t('parts.perMillion') : t('parts.base')}</th>
            {terms.tiers.map(({ aboveInputTokens }) => (
              <th key={aboveInputTokens} scope="col">
                {t('tierAbove', { tokens: formatCompact(aboveInputTokens) })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {TOKEN_CLASSES.filter((of) => columns.some((rates) => of in rates)).map((of) => (
            <tr key={of}>
              <th scope="row">{t(`class.${of}`)}</th>
              {columns.map((rates, index) => (
                <td key={index}>
                  <Rate nanos={rateFor(of, rates)} multiplierMillionths={multiplierMillionths} per="million" />
                </td>
              ))}
            </tr>
          ))}
          {pieces(terms).map(([of, nanos]) => (
            <tr key={of}>
              <th scope="row">{of === 'call' ? t('perCall') : t(`unit.${of}`)}</th>
              <td colSpan={columns.length}>
                <Rate nanos={nanos} multiplierMillionths={multiplierMillionths} />{' '}
                <span className={classes.each}>{t('parts.each')}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function pieces({ perCallNanos, units = {} }: PriceTerms) {
  const named = UNIT_CLASSES.flatMap((of) => {
    const nanos = units[of];
    return nanos === undefined ? [] : [[of, nanos] as const];
  });
  return perCallNanos === 0n ? named : [['call', perCallNanos] as const, ...named];
}
