import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UsageInvoiceLine } from '@code-router/contracts';
import { scaledDecimal } from '@code-router/money';
import { Amount } from '../amount';
import { formatMultiplier } from '../money-format';
import { formatCount } from '../number-format';
import { useMoney } from '../use-money';

/** Rate x tokens x multiplier = amount, line by line, as it was computed anew from the record. */
export function InvoiceLines({ invoice }: { readonly invoice: UsageInvoiceLine }) {
  const { t } = useTranslation('ui');
  const { style } = useMoney();
  const multiplier = formatMultiplier(BigInt(invoice.multiplierMillionths), style.locale);
  return (
    <Table fz="sm" verticalSpacing={5} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('invoice.what')}</Table.Th>
          <Table.Th ta="end">{t('invoice.quantity')}</Table.Th>
          <Table.Th ta="end">{t('invoice.rate')}</Table.Th>
          <Table.Th ta="end">{t('invoice.amount')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {invoice.lines.map((line) => (
          <Table.Tr key={`${line.kind} ${line.class ?? ''}`}>
            <Table.Td>{line.class === undefined ? t('invoice.call') : t(`tokenClass.${line.class}`)}</Table.Td>
            <Table.Td ta="end">{formatCount(line.quantity)}</Table.Td>
            <Table.Td ta="end">
              <Amount nanos={line.rateNanos} />
              {line.per === 1 ? null : t('invoice.perMillion')}
            </Table.Td>
            <Table.Td ta="end">
              <ExactNanos nanos={line.exactNanos} />
            </Table.Td>
          </Table.Tr>
        ))}
        <Total name={t('invoice.sum')} nanos={invoice.sumNanos} />
        <Table.Tr>
          <Table.Td colSpan={3}>
            {t('invoice.multiplier')}
            <Text span inherit c="dimmed">
              {' '}
              · {t(`multiplierSource.${invoice.multiplierSource}`)}
            </Text>
          </Table.Td>
          <Table.Td ta="end">× {multiplier}</Table.Td>
        </Table.Tr>
        <Table.Tr>
          <Table.Td colSpan={3} fw={600}>
            {invoice.agrees ? t('invoice.charged') : t('invoice.disagrees')}
          </Table.Td>
          <Table.Td ta="end" fw={600}>
            <Amount nanos={invoice.amountNanos} exact {...(invoice.agrees ? {} : { c: 'var(--cr-bad)' })} />
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}

function Total({ name, nanos }: { readonly name: string; readonly nanos: string }) {
  return (
    <Table.Tr>
      <Table.Td colSpan={3}>{name}</Table.Td>
      <Table.Td ta="end">
        <ExactNanos nanos={nanos} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Nanos with a fraction, which only an invoice has before it is rounded; its title has every digit. */
function ExactNanos({ nanos }: { readonly nanos: string }) {
  const { value, isExact } = scaledDecimal(nanos, 0);
  if (isExact) return <Amount nanos={value} exact />;
  return (
    <span title={nanos}>
      ≈ <Amount nanos={value} exact />
    </span>
  );
}
