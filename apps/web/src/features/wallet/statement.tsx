import { Group, SegmentedControl, Select, Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerEntry, Statement as StatementReply } from '@code-router/contracts';
import { lastMonths, monthPeriod } from './months';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import type { CurrentAccount } from '../../api/session';
import { currentLocale } from '../../i18n/i18n';
import { Amount } from '../../ui/amount';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { ExportButton } from '../../ui/export-button';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';
import { useNow } from '../../ui/use-now';

const MONTHS = 12;
const LIVE_MS = 4_000;

/** Every entry of the ledger with the balance after it: the latest, or a month from its opening to its closing balance. */
export function Statement({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('wallet');
  const [view, setView] = useState('latest');
  const months = lastMonths(useNow(), MONTHS);
  const [month, setMonth] = useState(months[0] ?? '');
  const period = monthPeriod(month);
  const isMonth = view === 'month';
  const path = isMonth ? `${account.path}/statement` : `${account.path}/ledger`;
  const entries = usePages<LedgerEntry>(path, isMonth ? { ...period } : {}, { liveMs: LIVE_MS });
  const columns = useStatementColumns();
  return (
    <Panel
      flush
      title={t('statement.title')}
      description={t('statement.description')}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('statement.view')}
            data={[
              { value: 'latest', label: t('statement.latest') },
              { value: 'month', label: t('statement.month') },
            ]}
            value={view}
            onChange={setView}
          />
          {isMonth ? (
            <>
              <Select
                size="xs"
                aria-label={t('statement.whichMonth')}
                data={months.map((value) => ({ value, label: monthName(value) }))}
                value={month}
                allowDeselect={false}
                onChange={(value) => setMonth(value ?? month)}
              />
              <ExportButton
                path={`${account.path}/statement/export`}
                query={{ ...period }}
                formats={['csv']}
                fileName={`statement-${month}`}
              />
            </>
          ) : null}
        </>
      }
    >
      {isMonth ? <Balances account={account} from={period.from} to={period.to} /> : null}
      <DataTable
        key={path}
        label={t('statement.title')}
        columns={columns}
        {...pagedRows(entries)}
        rowKey={({ id }) => id}
        endless
        rowLines={2}
        empty={
          <EmptyState icon={IconListDetails} title={t(isMonth ? 'statement.emptyMonth' : 'statement.empty')}>
            {t('statement.next')}
          </EmptyState>
        }
      />
    </Panel>
  );
}

function Balances({
  account,
  from,
  to,
}: {
  readonly account: CurrentAccount;
  readonly from: string;
  readonly to: string;
}) {
  const { t } = useTranslation('wallet');
  const { data } = useQuery({
    queryKey: [`${account.path}/statement`, 'balances', from, to],
    queryFn: ({ signal }) =>
      api.get<StatementReply>(`${account.path}/statement`, { query: { from, to, limit: 1 }, signal }),
  });
  if (!data) return null;
  return (
    <Group px="lg" pb="sm" gap="xl">
      {(['opening', 'closing'] as const).map((which) => (
        <Text key={which} size="sm" c="dimmed" component="div">
          {t(`statement.${which}`)}{' '}
          <Amount nanos={which === 'opening' ? data.openingNanos : data.closingNanos} exact strong />
        </Text>
      ))}
    </Group>
  );
}

function useStatementColumns(): readonly Column<LedgerEntry>[] {
  const { t } = useTranslation('wallet');
  return useMemo(
    () => [
      {
        id: 'date',
        header: t('column.date'),
        width: '22%',
        cell: ({ createdAt }) => <Time at={createdAt} format="exact" />,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: '40%',
        cell: ({ kind, note }) => (
          <>
            {t(`kind.${kind}`)}
            {note === '' ? null : <CellNote>{note}</CellNote>}
          </>
        ),
      },
      {
        id: 'amount',
        header: t('column.amount'),
        align: 'end',
        width: '19%',
        cell: ({ amountNanos }) => <Amount nanos={amountNanos} exact signed />,
      },
      {
        id: 'balance',
        header: t('column.balance'),
        align: 'end',
        width: '19%',
        cell: ({ balanceAfterNanos }) => <Amount nanos={balanceAfterNanos} exact />,
      },
    ],
    [t],
  );
}

function monthName(month: string): string {
  return new Intl.DateTimeFormat(currentLocale(), { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}
