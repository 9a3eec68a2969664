import { useTranslation } from 'react-i18next';
import { formatCompact } from '../../ui/number-format';
import { formatPieceRate, formatRate, type RateBase } from '../../ui/rate-format';
import { useMoney } from '../../ui/use-money';
import { otherPrices, type OtherPrice, type PricedModel } from './priced-model';
import classes from './other-prices.module.css';

/** What a price has beside the usual rates, each in a word and a number. */
export function OtherPrices({ priced, per }: { readonly priced: PricedModel; readonly per: RateBase }) {
  const { t } = useTranslation('pricing');
  const { style } = useMoney();
  const others = otherPrices(priced.terms);
  if (others.length === 0) return <span className={classes.none}>—</span>;
  const write = (other: OtherPrice): string => {
    switch (other.kind) {
      case 'tokens':
        return `${t(`class.${other.of}`)} ${formatRate(other.nanos, priced.multiplierMillionths, { ...style, per })}`;
      case 'unit':
        return `${t(`unit.${other.of}`)} ${formatPieceRate(other.nanos, priced.multiplierMillionths, style)}`;
      case 'call':
        return `${t('perCall')} ${formatPieceRate(other.nanos, priced.multiplierMillionths, style)}`;
      case 'tier':
        return t('tierAbove', { tokens: formatCompact(other.aboveInputTokens) });
      default:
        return other satisfies never;
    }
  };
  return (
    <ul className={classes.list}>
      {others.map((other) => {
        const text = write(other);
        return (
          <li key={text} className={classes.price}>
            {text}
          </li>
        );
      })}
    </ul>
  );
}
