import { Drawer, Stack, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageInvoiceLine, UsageRecord } from '@code-router/contracts';
import { api } from '../../api/client';
import { AccountName } from '../account-name';
import { Amount } from '../amount';
import { Facts } from '../facts';
import { marginShare } from '../margin';
import { formatCount, formatDuration, formatShare } from '../number-format';
import { ErrorState, LoadingRows } from '../states';
import { formatTime } from '../time-format';
import { InvoiceLines } from '../invoice-lines';
import { UsageStatus } from './usage-status';

export interface UsageDrawerProps {
  readonly path: string;
  readonly record: UsageRecord | null;
  readonly isOperator: boolean;
  readonly onClose: () => void;
  readonly renderActions?: (record: UsageRecord) => ReactNode;
}

/** All that is known of one request: how it went, what it used, and how its price comes about. */
export function UsageDrawer({ path, record, isOperator, onClose, renderActions }: UsageDrawerProps) {
  const { t } = useTranslation('ui');
  return (
    <Drawer
      opened={record !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={record?.modelAsked ?? ''}
      closeButtonProps={{ 'aria-label': t('form.close') }}
    >
      {record ? (
        <Stack gap="lg">
          {renderActions?.(record)}
          <RequestFacts record={record} isOperator={isOperator} />
          <Section title={t('usage.invoice')}>
            <Invoice path={path} record={record} />
          </Section>
          <Section title={t('usage.tokens')}>
            <Facts
              items={[
                ...Object.entries(record.tokens)
                  .filter(([, count]) => count > 0)
                  .map(([tokenClass, count]) => [t(`class.${tokenClass}`), formatCount(count)] as const),
                ...(record.reasoningTokens > 0
                  ? [[t('usage.reasoning'), formatCount(record.reasoningTokens)] as const]
                  : []),
                ...(record.estimated ? [[t('usage.counted'), t('usage.estimated')] as const] : []),
              ]}
            />
          </Section>
          {isOperator && record.tries !== undefined && record.tries.length > 0 ? (
            <Section title={t('usage.tries')}>
              <Tries tries={record.tries} />
            </Section>
          ) : null}
        </Stack>
      ) : null}
    </Drawer>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <Title order={3} mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function RequestFacts({ record, isOperator }: Pick<UsageDrawerProps, 'isOperator'> & { readonly record: UsageRecord }) {
  const { t } = useTranslation('ui');
  const { costNanos, amountNanos } = record;
  const share = costNanos === undefined ? null : marginShare(amountNanos, costNanos);
  return (
    <Facts
      items={[
        [t('usage.status'), <UsageStatus key="status" record={record} />],
        [t('usage.amount'), <Amount key="amount" nanos={amountNanos} exact />],
        ...(isOperator
          ? [
              [t('usage.account'), <AccountName key="account" id={record.accountId} />] as const,
              [t('usage.cost'), costNanos === undefined ? '—' : <Amount key="cost" nanos={costNanos} exact />] as const,
              ...(share === null ? [] : [[t('usage.margin'), formatShare(share)] as const]),
              [t('usage.channel'), record.channelName ?? '—'] as const,
            ]
          : []),
        [t('usage.key'), record.keyName],
        [t('usage.served'), record.modelServed ?? '—'],
        [t('usage.endpoint'), record.endpoint],
        [t('usage.stream'), record.stream ? t('usage.yes') : t('usage.no')],
        [t('usage.started'), formatTime(record.startedAt, 'exact')],
        [t('usage.firstByte'), record.firstByteMs === undefined ? '—' : formatDuration(record.firstByteMs)],
        [t('usage.latency'), formatDuration(record.latencyMs)],
        ...(record.finishReason === undefined ? [] : [[t('usage.finish'), record.finishReason] as const]),
        [t('usage.requestId'), record.requestId],
        ...(record.clientIp === undefined ? [] : [[t('usage.ip'), record.clientIp] as const]),
      ]}
    />
  );
}

function Invoice({ path, record }: { readonly path: string; readonly record: UsageRecord }) {
  const url = `${path}/${record.id}/invoice-line`;
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: [url],
    queryFn: ({ signal }) => api.get<UsageInvoiceLine>(url, { signal }),
    staleTime: Infinity,
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isLoading || !data) return <LoadingRows rows={3} />;
  return <InvoiceLines line={data} />;
}

function Tries({ tries }: { readonly tries: NonNullable<UsageRecord['tries']> }) {
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
