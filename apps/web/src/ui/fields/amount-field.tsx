import { NativeSelect, TextInput, type TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { creditsText } from '@code-router/money';
import { useMoney } from '../use-money';
import { exactProduct } from './exact-product';
import classes from './amount-field.module.css';

/** An amount as it is being typed, with the unit that it is meant in. */
export interface AmountEntry {
  readonly text: string;
  readonly unit: 'credits' | 'quota';
}

export const EMPTY_AMOUNT: AmountEntry = { text: '', unit: 'credits' };

const NANOS_PER_CREDIT = 1_000_000_000n;

/** An amount that is already there, to be edited. */
export function amountEntry(nanos: string | bigint): AmountEntry {
  return { text: creditsText(BigInt(nanos)), unit: 'credits' };
}

/** Exactly what was typed, in nanos; null when it is no amount. */
export function nanosOfEntry({ text, unit }: AmountEntry, nanosPerQuotaUnit: bigint): bigint | null {
  return exactProduct(text, unit === 'credits' ? NANOS_PER_CREDIT : nanosPerQuotaUnit);
}

export interface AmountFieldProps extends Omit<
  TextInputProps,
  'value' | 'onChange' | 'rightSection' | 'rightSectionWidth' | 'defaultValue'
> {
  /** Both come from the form. */
  readonly value?: AmountEntry;
  readonly onChange?: (value: AmountEntry) => void;
}

/** A field for money, in credits or in quota units. Below it stands what it comes to in the other unit. */
export function AmountField({ value = EMPTY_AMOUNT, onChange, description, ...input }: AmountFieldProps) {
  const { t } = useTranslation('ui');
  const { style, explain } = useMoney();
  const nanos = nanosOfEntry(value, style.nanosPerQuotaUnit);
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      {...input}
      description={nanos === null ? description : explain(nanos)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={value.text}
      onChange={(event) => onChange?.({ ...value, text: event.currentTarget.value })}
      rightSectionWidth={128}
      rightSection={
        <NativeSelect
          aria-label={t('amount.unit')}
          variant="unstyled"
          size="xs"
          classNames={{ input: classes.unit }}
          data={[
            { value: 'credits', label: t('amount.credits', { symbol: style.currencySymbol }) },
            { value: 'quota', label: t('amount.quota') },
          ]}
          value={value.unit}
          onChange={(event) =>
            onChange?.({ ...value, unit: event.currentTarget.value === 'quota' ? 'quota' : 'credits' })
          }
        />
      }
    />
  );
}
