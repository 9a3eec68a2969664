import { useTranslation } from 'react-i18next';
import type { PriceTermsText } from '@code-router/money';
import { Amount } from '../../ui/amount';
import { CellNote } from '../../ui/data-table';
import { formatCount } from '../../ui/number-format';

/** What a price says beside plain input and output, a line for each. */
export function PriceTerms({ terms }: { readonly terms: PriceTermsText }) {
  const { t } = useTranslation('admin-models');
  const rates = Object.entries(terms.rates).filter(([name]) => name !== 'input' && name !== 'output');
  const lines = [
    ...rates.map(([name, nanos]) => [t(`token.${name}`), nanos] as const),
    ...(terms.perCallNanos === '0' ? [] : [[t('price.perCall'), terms.perCallNanos] as const]),
    ...Object.entries(terms.units ?? {}).map(([name, nanos]) => [t(`unit.${name}`), nanos] as const),
    ...terms.tiers.flatMap((tier) =>
      Object.entries(tier.rates).map(
        ([name, nanos]) =>
          [
            `${t('price.aboveTokens', { tokens: formatCount(tier.aboveInputTokens) })} · ${t(`token.${name}`)}`,
            nanos,
          ] as const,
      ),
    ),
  ];
  if (lines.length === 0) return <>—</>;
  return (
    <>
      {lines.map(([name, nanos]) => (
        <CellNote key={name}>
          {name}: <Amount nanos={nanos} />
        </CellNote>
      ))}
    </>
  );
}
