import { Button, Text } from '@mantine/core';
import { IconBan, IconCheck, IconKey, IconPlus, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, CreatedKey, Key } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { Amount } from '../../ui/amount';
import { askBefore } from '../../ui/confirm';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { RowMenu } from '../../ui/row-menu';
import { SecretDialog } from '../../ui/secret-dialog';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { invalidate } from '../../ui/use-submit';
import { CreateKeyDialog } from './create-key-dialog';

/** The keys of an account, as an operator may need to stop or replace them. */
export function AccountKeys({ account }: { readonly account: Account }) {
  const { t } = useTranslation('admin-accounts');
  const path = `/api/accounts/${account.id}/keys`;
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const keys = usePages<Key>(path);
  const done = async (message: string) => {
    await invalidate([path]);
    notifyDone(message);
  };
  const setStatus = useMutation({
    mutationFn: ({ id, status }: { id: string; status: 'active' | 'disabled' }) =>
      api.patch<Key>(`/api/keys/${id}`, { status }),
    onSuccess: ({ name, status }) => done(t(status === 'active' ? 'keys.enabled' : 'keys.disabled', { name })),
    onError: notifyError,
  });
  const rotate = useMutation({
    mutationFn: ({ id }: Key) => api.post<CreatedKey>(`/api/keys/${id}/rotate`),
    onSuccess: async (key) => {
      await invalidate([path]);
      setCreated(key);
    },
    onError: notifyError,
  });
  const revoke = useMutation({
    mutationFn: ({ id }: Key) => api.delete<Key>(`/api/keys/${id}`),
    onSuccess: ({ name }) => done(t('keys.revoked', { name })),
    onError: notifyError,
  });
  const ask = (what: 'rotate' | 'revoke', key: Key, onConfirm: () => void) =>
    askBefore({
      title: t(`keys.${what}.title`, { name: key.name }),
      message: t(`keys.${what}.message`),
      confirm: t(`keys.${what}.confirm`),
      cancel: t('cancel'),
      onConfirm,
    });
  const columns = keyColumns(t, {
    enable: ({ id }) => setStatus.mutate({ id, status: 'active' }),
    disable: ({ id }) => setStatus.mutate({ id, status: 'disabled' }),
    rotate: (key) => ask('rotate', key, () => rotate.mutate(key)),
    revoke: (key) => ask('revoke', key, () => revoke.mutate(key)),
  });
  const create = (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setCreating(true)}>
      {t('keys.create')}
    </Button>
  );
  return (
    <Panel flush title={t('tab.keys')} actions={create}>
      <DataTable
        label={t('tab.keys')}
        columns={columns}
        {...pagedRows(keys)}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={IconKey} title={t('keys.empty')}>
            {t('keys.emptyNext')}
          </EmptyState>
        }
      />
      {isCreating ? (
        <CreateKeyDialog
          path={path}
          onClose={() => setCreating(false)}
          onCreated={(key) => {
            setCreating(false);
            setCreated(key);
          }}
        />
      ) : null}
      {created ? (
        <SecretDialog
          title={t('keys.secretOf', { name: created.name })}
          secret={created.secret}
          onClose={() => setCreated(null)}
        />
      ) : null}
    </Panel>
  );
}

type KeyActions = Readonly<Record<'enable' | 'disable' | 'rotate' | 'revoke', (key: Key) => void>>;

function keyColumns(t: TFunction<'admin-accounts'>, on: KeyActions): readonly Column<Key>[] {
  return [
    {
      id: 'name',
      header: t('field.name'),
      cell: ({ name, prefix }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          <CellNote>{prefix}…</CellNote>
        </>
      ),
    },
    {
      id: 'status',
      header: t('field.status'),
      cell: ({ status }) => (
        <StatusBadge tone={status === 'active' ? 'good' : 'neutral'}>{t(`status.${status}`)}</StatusBadge>
      ),
    },
    { id: 'group', header: t('field.group'), cell: ({ group }) => group ?? t('keys.accountGroup') },
    { id: 'spent', header: t('keys.spent'), align: 'end', cell: ({ spentNanos }) => <Amount nanos={spentNanos} /> },
    {
      id: 'quota',
      header: t('keys.quota'),
      align: 'end',
      cell: ({ quotaNanos }) => (quotaNanos === null ? t('keys.noQuota') : <Amount nanos={quotaNanos} />),
    },
    { id: 'used', header: t('keys.lastUsed'), cell: ({ lastUsedAt }) => <Time at={lastUsedAt} format="relative" /> },
    {
      id: 'actions',
      header: t('keys.actions'),
      isActions: true,
      cell: (key) =>
        key.status === 'revoked' ? null : (
          <RowMenu
            label={t('keys.actionsOf', { name: key.name })}
            actions={[
              { label: t('keys.action.rotate'), icon: IconRefresh, onClick: () => on.rotate(key) },
              key.status === 'active'
                ? { label: t('keys.action.disable'), icon: IconBan, onClick: () => on.disable(key) }
                : { label: t('keys.action.enable'), icon: IconCheck, onClick: () => on.enable(key) },
              { label: t('keys.action.revoke'), icon: IconTrash, isDangerous: true, onClick: () => on.revoke(key) },
            ]}
          />
        ),
    },
  ];
}
