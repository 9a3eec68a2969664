import { Text } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { inputTokens, outputTokens } from '@code-router/money';
import { usePages } from '../../api/pages';
import type { Query } from '../../api/client';
import { AccountName } from '../account-name';
import { Amount } from '../amount';
import { CellNote, DataTable, type Column } from '../data-table';
import { pagedRows } from '../paged-rows';
import { formatCount, formatDuration } from '../number-format';
import { EmptyState } from '../states';
import { Time } from '../time';
import { UsageDrawer } from './usage-drawer';
import { UsageStatus } from './usage-status';

export interface UsageTableProps {
  /** Below which the records are asked for: `/api/usage`, or that of an account. */
  readonly path: string;
  readonly filters?: Query;
  /** For operators, who see all accounts, channels and what providers ask. */
  readonly isOperator?: boolean;
  /** Whose requests they are, where that is not known from the page. */
  readonly showsAccount?: boolean;
  /** What can be done with a record that is open. */
  readonly renderActions?: (record: UsageRecord) => ReactNode;
  readonly liveMs?: number | undefined;
}

/** Requests, newest first; one of them opens with all that is known of it. */
export function UsageTable(props: UsageTableProps) {
  const { path, filters = {}, isOperator = false, showsAccount = false, renderActions, liveMs } = props;
  const { t } = useTranslation('ui');
  const [opened, setOpened] = useState<UsageRecord | null>(null);
  const records = usePages<UsageRecord>(path, filters, { liveMs });
  const columns = useMemo(() => usageColumns(t, isOperator, showsAccount), [t, isOperator, showsAccount]);
  return (
    <>
      <DataTable
        label={t('usage.list')}
        columns={columns}
        {...pagedRows(records)}
        endless
        rowLines={2}
        rowKey={({ id }) => id}
        onOpen={setOpened}
        empty={
          <EmptyState icon={IconListSearch} title={t('usage.empty')}>
            {t('usage.emptyNext')}
          </EmptyState>
        }
      />
      <UsageDrawer
        path={path}
        recordId={opened?.id}
        isOperator={isOperator}
        onClose={() => setOpened(null)}
        renderActions={renderActions}
      />
    </>
  );
}

function usageColumns(t: TFunction<'ui'>, isOperator: boolean, showsAccount: boolean): readonly Column<UsageRecord>[] {
  return [
    {
      id: 'at',
      header: t('usage.at'),
      width: '17%',
      cell: ({ completedAt }) => <Time at={completedAt} format="log" />,
    },
    ...(showsAccount
      ? [
          {
            id: 'account',
            header: t('usage.account'),
            width: '16%',
            cell: ({ accountId, keyName }: UsageRecord) => (
              <>
                <AccountName id={accountId} />
                <CellNote>{keyName}</CellNote>
              </>
            ),
          },
        ]
      : [{ id: 'key', header: t('usage.key'), width: '16%', cell: ({ keyName }: UsageRecord) => keyName }]),
    {
      id: 'model',
      header: t('usage.model'),
      width: '18%',
      cell: ({ modelAsked, channelName }) => (
        <>
          <Text span inherit fw={550}>
            {modelAsked}
          </Text>
          {isOperator && channelName !== undefined ? <CellNote>{channelName}</CellNote> : null}
        </>
      ),
    },
    { id: 'status', header: t('usage.status'), width: '14%', cell: (record) => <UsageStatus record={record} /> },
    {
      id: 'tokens',
      header: t('usage.tokens'),
      width: '12%',
      align: 'end',
      cell: ({ tokens }) => `${formatCount(inputTokens(tokens))} → ${formatCount(outputTokens(tokens))}`,
    },
    {
      id: 'latency',
      header: t('usage.latency'),
      width: '12%',
      align: 'end',
      hideOnPhone: true,
      cell: ({ latencyMs, firstByteMs }) => (
        <>
          {formatDuration(latencyMs)}
          {firstByteMs === undefined ? null : (
            <CellNote>{t('usage.firstByteIn', { duration: formatDuration(firstByteMs) })}</CellNote>
          )}
        </>
      ),
    },
    {
      id: 'amount',
      header: t('usage.amount'),
      width: '11%',
      align: 'end',
      cell: ({ amountNanos }) => <Amount nanos={amountNanos} />,
    },
  ];
}
