import { Group, Text, TextInput } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerEntry } from '@code-router/contracts';
import { usePages } from '../../api/pages';
import { Amount } from '../../ui/amount';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { instantOfLocal } from '../../ui/fields/local-moment';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';
import { StatementBalances } from './statement-balances';

/** What moved the balance: all of it newest first, or the statement of a period. */
export function AccountLedger({ path }: { readonly path: string }) {
  const { t } = useTranslation('admin-accounts');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const period = from !== '' && to !== '' ? { from: instantOfLocal(from), to: instantOfLocal(to) } : null;
  const entries = usePages<LedgerEntry>(period ? `${path}/statement` : `${path}/ledger`, period ?? {});
  const columns = useMemo(() => ledgerColumns(t), [t]);
  return (
    <Panel
      flush
      title={period ? t('ledger.statement') : t('ledger.title')}
      description={period ? <StatementBalances path={path} period={period} /> : t('ledger.description')}
      actions={
        <Group gap="xs">
          <TextInput
            type="datetime-local"
            size="xs"
            aria-label={t('ledger.from')}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <Text span aria-hidden>
            –
          </Text>
          <TextInput
            type="datetime-local"
            size="xs"
            aria-label={t('ledger.to')}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </Group>
      }
    >
      <DataTable
        label={t('ledger.title')}
        columns={columns}
        {...pagedRows(entries)}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={IconListDetails} title={t('ledger.empty')}>
            {t('ledger.emptyNext')}
          </EmptyState>
        }
      />
    </Panel>
  );
}

function ledgerColumns(t: TFunction<'admin-accounts'>): readonly Column<LedgerEntry>[] {
  return [
    { id: 'at', header: t('ledger.at'), cell: ({ createdAt }) => <Time at={createdAt} format="exact" /> },
    {
      id: 'kind',
      header: t('ledger.kind'),
      cell: ({ kind, note }) => (
        <>
          {t(`kind.${kind}`)}
          {note === '' ? null : <CellNote>{note}</CellNote>}
        </>
      ),
    },
    {
      id: 'reference',
      header: t('ledger.reference'),
      hideOnPhone: true,
      cell: ({ reference }) => (
        <Text inherit fz="xs" ff="monospace" c="dimmed" truncate maw={150} title={reference}>
          {reference}
        </Text>
      ),
    },
    {
      id: 'amount',
      header: t('ledger.amount'),
      align: 'end',
      cell: ({ amountNanos }) => <Amount nanos={amountNanos} exact signed />,
    },
    {
      id: 'balance',
      header: t('ledger.balance'),
      align: 'end',
      cell: ({ balanceAfterNanos }) => <Amount nanos={balanceAfterNanos} exact />,
    },
  ];
}
