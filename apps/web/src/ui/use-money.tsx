import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { parseNanos } from '@code-router/money';
import { useChoice } from '../api/choices';
import { useSite } from '../api/site';
import { currentLocale } from '../i18n/i18n';
import { formatNanos, type MoneyStyle, type MoneyUnit } from './money-format';

export interface Money {
  readonly unit: MoneyUnit;
  readonly setUnit: (unit: MoneyUnit) => void;
  /** How amounts are written here; for what needs a style of its own. */
  readonly style: MoneyStyle;
  /** An amount as the API sends it, in the unit that was chosen: "$0.000105", or "52.5 units". */
  readonly format: (nanos: string | bigint, style?: Pick<MoneyStyle, 'precision' | 'signed' | 'aligned'>) => string;
  /** The same in both units and to the last nano, for a tooltip. */
  readonly explain: (nanos: string | bigint) => string;
}

const UNIT = 'money-unit';

const MoneyContext = createContext<Money | undefined>(undefined);

/** How amounts are written, worked out once for a page: a list shows some hundred of them. */
export function MoneyProvider({ children }: { readonly children: ReactNode }) {
  return <MoneyContext value={useWrittenMoney()}>{children}</MoneyContext>;
}

/** @throws Error outside of `MoneyProvider`. */
export function useMoney(): Money {
  const money = useContext(MoneyContext);
  if (!money) throw new Error('Amounts are shown within MoneyProvider only.');
  return money;
}

function useWrittenMoney(): Money {
  const { t } = useTranslation('ui');
  const { currencySymbol, nanosPerQuotaUnit } = useSite();
  const [chosen, choose] = useChoice(UNIT);
  const unit: MoneyUnit = chosen === 'quota' ? 'quota' : 'currency';
  return useMemo(() => {
    const style = { locale: currentLocale(), unit, currencySymbol, nanosPerQuotaUnit: BigInt(nanosPerQuotaUnit) };
    const write = (nanos: bigint, special: Partial<MoneyStyle>) => {
      const text = formatNanos(nanos, { ...style, ...special });
      return (special.unit ?? unit) === 'quota' ? t('money.units', { amount: text }) : text;
    };
    return {
      unit,
      setUnit: choose,
      style,
      format: (nanos, special = {}) => write(toNanos(nanos), special),
      explain: (nanos) =>
        `${write(toNanos(nanos), { unit: 'currency', precision: 'exact' })} · ${write(toNanos(nanos), { unit: 'quota', precision: 'exact' })}`,
    };
    // With the language, which decides how numbers are written, `t` changes as well.
  }, [unit, choose, currencySymbol, nanosPerQuotaUnit, t]);
}

function toNanos(nanos: string | bigint): bigint {
  return typeof nanos === 'bigint' ? nanos : parseNanos(nanos);
}
