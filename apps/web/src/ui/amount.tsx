import { useMoney } from './use-money';
import classes from './amount.module.css';

export interface AmountProps {
  readonly nanos: string | bigint;
  /** Every digit, for statements and invoice lines. */
  readonly exact?: boolean;
  /** A plus sign before gains, which are green. */
  readonly signed?: boolean;
  /** What the line is about: stands out from the text around it. */
  readonly strong?: boolean;
  /** Less than there should be. */
  readonly bad?: boolean;
}

/** An amount of money in the unit that was chosen; the exact one in both units is its title. */
export function Amount({ nanos, exact = false, signed = false, strong = false, bad = false }: AmountProps) {
  const { format, explain } = useMoney();
  const isGain = signed && BigInt(nanos) > 0n;
  return (
    <span
      className={classes.amount}
      data-gain={isGain || undefined}
      data-strong={strong || undefined}
      data-bad={bad || undefined}
      title={explain(nanos)}
      data-nanos={nanos.toString()}
    >
      {format(nanos, { precision: exact ? 'exact' : 'short', signed, aligned: true })}
    </span>
  );
}
