import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { formatDuration } from '../number-format';

/** The channels that were tried for a request, in their order. */
export function UsageTries({ tries }: { readonly tries: NonNullable<UsageRecord['tries']> }) {
  const { t } = useTranslation('ui');
  return (
    <Table fz="sm" withRowBorders>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('usage.channel')}</Table.Th>
          <Table.Th>{t('usage.result')}</Table.Th>
          <Table.Th ta="end">{t('usage.latency')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tries.map(({ channelId, channelName, providerKey, result, httpStatus, durationMs }, index) => (
          <Table.Tr key={`${channelId} ${index}`}>
            <Table.Td>{providerKey === undefined ? channelName : `${channelName} · ${providerKey}`}</Table.Td>
            <Table.Td>{httpStatus === undefined ? result : `${result} (${httpStatus})`}</Table.Td>
            <Table.Td ta="end">{formatDuration(durationMs)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
