import { MULTIPLIER_ONE } from '@code-router/money';
import { useTranslation } from 'react-i18next';
import { formatPieceRate, formatRate, type RateBase } from '../../ui/rate-format';
import { useMoney } from '../../ui/use-money';
import classes from './rate.module.css';

interface RateProps {
  /** Nanos for a million tokens, or for one piece. */
  readonly nanos: bigint;
  readonly multiplierMillionths: bigint;
  /** Absent: the price of a piece. */
  readonly per?: RateBase;
}

/** A rate as it is paid, and beside it the list price where a multiplier changes it. */
export function Rate({ nanos, multiplierMillionths, per }: RateProps) {
  const { t } = useTranslation('pricing');
  const { style } = useMoney();
  const write = (multiplier: bigint) =>
    per === undefined ? formatPieceRate(nanos, multiplier, style) : formatRate(nanos, multiplier, { ...style, per });
  const isChanged = multiplierMillionths !== MULTIPLIER_ONE && nanos !== 0n;
  return (
    <span className={classes.rate}>
      {isChanged ? (
        <s className={classes.list} aria-label={t('listPrice', { rate: write(MULTIPLIER_ONE) })}>
          {write(MULTIPLIER_ONE)}
        </s>
      ) : null}
      <span className={classes.paid}>{nanos === 0n ? t('free') : write(multiplierMillionths)}</span>
    </span>
  );
}
