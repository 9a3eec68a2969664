import { Button, Text } from '@mantine/core';
import { IconBuilding, IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@code-router/contracts';
import { usePages } from '../../api/pages';
import { Amount } from '../../ui/amount';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { SearchField } from '../../ui/search-field';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { Toolbar } from '../../ui/toolbar';
import { AccountEditor } from './account-editor';

const route = getRouteApi('/console/admin/admin/accounts');

/** Who pays for requests. */
export function AccountsPage() {
  const { t } = useTranslation('admin-accounts');
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const [isCreating, setCreating] = useState(false);
  const accounts = usePages<Account>('/api/accounts', { search });
  const columns = useMemo(() => accountColumns(t), [t]);
  const open = (accountId: string) =>
    void navigate({ to: '/admin/accounts/$accountId', params: { accountId }, search: {} });
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={create} />
      <Toolbar>
        <SearchField
          label={t('search')}
          value={search ?? ''}
          onChange={(value) =>
            void navigate({ to: '/admin/accounts', search: value === '' ? {} : { search: value }, replace: true })
          }
        />
      </Toolbar>
      <Panel flush>
        <DataTable
          label={t('title')}
          columns={columns}
          {...pagedRows(accounts)}
          rowKey={({ id }) => id}
          onOpen={({ id }) => open(id)}
          empty={
            <EmptyState icon={IconBuilding} title={t('empty.title')}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      {isCreating ? (
        <AccountEditor account={null} onClose={() => setCreating(false)} onCreated={({ id }) => open(id)} />
      ) : null}
    </>
  );
}

function accountColumns(t: TFunction<'admin-accounts'>): readonly Column<Account>[] {
  return [
    {
      id: 'name',
      header: t('field.name'),
      cell: ({ name, id }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          <CellNote>{id}</CellNote>
        </>
      ),
    },
    { id: 'group', header: t('field.group'), cell: ({ group }) => group },
    {
      id: 'status',
      header: t('field.status'),
      cell: ({ status }) => (
        <StatusBadge tone={status === 'active' ? 'good' : 'neutral'}>{t(`status.${status}`)}</StatusBadge>
      ),
    },
    {
      id: 'balance',
      header: t('figure.balance'),
      align: 'end',
      cell: ({ balanceNanos }) => <Amount nanos={balanceNanos} bad={balanceNanos.startsWith('-')} />,
    },
    {
      id: 'held',
      header: t('figure.held'),
      align: 'end',
      hideOnPhone: true,
      cell: (row) => <Amount nanos={row.heldNanos} />,
    },
    {
      id: 'available',
      header: t('figure.available'),
      align: 'end',
      cell: (row) => <Amount nanos={row.availableNanos} />,
    },
    {
      id: 'created',
      header: t('field.created'),
      hideOnPhone: true,
      cell: ({ createdAt }) => <Time at={createdAt} format="date" />,
    },
  ];
}
