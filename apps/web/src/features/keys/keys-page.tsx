import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberKey } from '@code-router/contracts';
import { CreateKey } from './create-key';
import { EditKey } from './edit-key';
import { KeyActions } from './key-actions';
import { KeyDetails } from './key-details';
import { KeySpending } from './key-spending';
import { KeyStatusBadge } from './key-status';
import { RotateKey } from './rotate-key';
import { useKeys } from '../../api/account-queries';
import { useAccount, useMe, type CurrentAccount } from '../../api/session';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { NoAccount } from '../../ui/no-account';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';

export function KeysPage() {
  const account = useAccount();
  return account ? <AccountKeys key={account.accountId} account={account} /> : <NoAccount />;
}

function AccountKeys({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('keys');
  const { user } = useMe();
  const keys = useKeys(account.path);
  const [isCreating, setCreating] = useState(false);
  const [edited, setEdited] = useState<MemberKey | null>(null);
  const [rotated, setRotated] = useState<MemberKey | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const [which, setWhich] = useState('usable');
  const mayCreate = account.may('keys.manage', 'keys.manage-own');
  const revoked = keys.items.filter(({ status }) => status === 'revoked').length;
  const rows = which === 'usable' ? keys.items.filter(({ status }) => status !== 'revoked') : keys.items;

  const mayManageAll = account.may('keys.manage');
  const mayManageOwn = account.may('keys.manage-own');
  const columns = useMemo<Column<MemberKey>[]>(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        sortBy: ({ name }) => name,
        cell: (key) => (
          <>
            <Text size="sm" fw={550}>
              {key.name}
            </Text>
            <CellNote>{key.prefix}…</CellNote>
          </>
        ),
      },
      { id: 'status', header: t('column.status'), cell: (key) => <KeyStatusBadge of={key} /> },
      {
        id: 'spending',
        header: t('column.spending'),
        sortBy: ({ spentNanos }) => BigInt(spentNanos),
        cell: (key) => <KeySpending of={key} />,
      },
      {
        id: 'maker',
        header: t('column.maker'),
        hideOnPhone: true,
        cell: ({ createdBy }) => createdBy?.username ?? t('byOperator'),
      },
      {
        id: 'lastUsed',
        header: t('column.lastUsed'),
        sortBy: ({ lastUsedAt }) => lastUsedAt ?? '',
        cell: ({ lastUsedAt }) => <Time at={lastUsedAt} format="relative" absent={t('never')} />,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        sortBy: ({ expiresAt }) => expiresAt ?? '9',
        cell: ({ expiresAt }) => <Time at={expiresAt} format="date" absent={t('noExpiry')} />,
      },
      {
        id: 'actions',
        header: t('column.actions'),
        isActions: true,
        cell: (key) =>
          mayManageAll || (mayManageOwn && key.createdBy?.userId === user.id) ? (
            <KeyActions account={account} target={key} onEdit={() => setEdited(key)} onRotate={() => setRotated(key)} />
          ) : null,
      },
    ],
    [t, account, mayManageAll, mayManageOwn, user.id],
  );

  const createButton = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t('create.open')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={mayCreate ? createButton : undefined} />
      <Panel flush>
        {revoked > 0 ? (
          <Group px="lg" pt="md">
            <SegmentedControl
              size="xs"
              aria-label={t('which.label')}
              data={[
                { value: 'usable', label: t('which.usable') },
                { value: 'all', label: t('which.all', { count: keys.items.length }) },
              ]}
              value={which}
              onChange={setWhich}
            />
          </Group>
        ) : null}
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={({ id }) => setShownId(id)}
          isLoading={keys.isLoading}
          error={keys.error}
          onRetry={keys.reload}
          hasMore={keys.hasMore}
          isLoadingMore={keys.isLoadingMore}
          onMore={keys.loadMore}
          empty={
            <EmptyState icon={IconKey} title={t('empty.title')} {...(mayCreate ? { action: createButton } : {})}>
              {t(mayCreate ? 'empty.next' : 'empty.ask')}
            </EmptyState>
          }
        />
      </Panel>
      <CreateKey account={account} opened={isCreating} onClose={() => setCreating(false)} />
      <EditKey account={account} edited={edited} onClose={() => setEdited(null)} />
      <RotateKey account={account} rotated={rotated} onClose={() => setRotated(null)} />
      <KeyDetails
        account={account}
        shown={keys.items.find(({ id }) => id === shownId) ?? null}
        onClose={() => setShownId(null)}
      />
    </>
  );
}
