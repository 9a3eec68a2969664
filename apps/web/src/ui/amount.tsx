import { Text, type TextProps } from '@mantine/core';
import { useMoney } from './use-money';
import classes from './amount.module.css';

export interface AmountProps extends TextProps {
  readonly nanos: string | bigint;
  /** Every digit, for statements and invoice lines. */
  readonly exact?: boolean;
  /** A plus sign before gains, which are green. */
  readonly signed?: boolean;
}

/** An amount of money in the unit that was chosen; the exact one in both units is its title. */
export function Amount({ nanos, exact = false, signed = false, ...text }: AmountProps) {
  const { format, explain } = useMoney();
  const isGain = signed && BigInt(nanos) > 0n;
  return (
    <Text
      span
      inherit
      {...text}
      className={classes.amount}
      data-gain={isGain || undefined}
      title={explain(nanos)}
      data-nanos={nanos.toString()}
    >
      {format(nanos, { precision: exact ? 'exact' : 'short', signed, aligned: true })}
    </Text>
  );
}
