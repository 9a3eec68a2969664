import { Button, Group, Select, Text } from '@mantine/core';
import { IconBan, IconCheck, IconPlus, IconUserCog, IconUsers } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { useMe } from '../../api/session';
import { askBefore } from '../../ui/confirm';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone } from '../../ui/notify';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { RowMenu } from '../../ui/row-menu';
import { SearchField } from '../../ui/search-field';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { Toolbar } from '../../ui/toolbar';
import { useAction } from '../../ui/use-action';
import { CreateUserDialog } from './create-user-dialog';

const USERS = '/api/users';
const ROLES = ['user', 'admin', 'root'] as const;

type Change = Pick<User, 'id'> & Partial<Pick<User, 'status' | 'role'>>;

/** The people who can sign in. */
export function UsersPage() {
  const { t } = useTranslation('admin-users');
  const { user: me } = useMe();
  const [search, setSearch] = useState('');
  const [isCreating, setCreating] = useState(false);
  const users = usePages<User>(USERS, { search });
  const change = useAction({
    send: ({ id, ...changes }: Change) => api.patch<User>(`${USERS}/${id}`, changes),
    changes: [USERS],
    onDone: ({ username }) => {
      notifyDone(t('saved', { name: username }));
    },
  });
  const columns = userColumns(t, {
    me,
    setRole: (user, role) =>
      askBefore({
        title: t('role.title', { name: user.username, role: t(`roles.${role}`) }),
        message: t(`role.${role}`),
        confirm: t('role.confirm'),
        cancel: t('cancel'),
        onConfirm: () => change.run({ id: user.id, role }),
      }),
    disable: (user) =>
      askBefore({
        title: t('disable.title', { name: user.username }),
        message: t('disable.message'),
        confirm: t('disable.confirm'),
        cancel: t('cancel'),
        onConfirm: () => change.run({ id: user.id, status: 'disabled' }),
      }),
    enable: ({ id }) => change.run({ id, status: 'active' }),
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={create} />
      <Toolbar>
        <SearchField label={t('search')} value={search} onChange={setSearch} />
      </Toolbar>
      <Panel flush>
        <DataTable
          label={t('title')}
          columns={columns}
          {...pagedRows(users)}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={IconUsers} title={t('empty.title')}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      {isCreating ? <CreateUserDialog mayMakeAdmins={me.role === 'root'} onClose={() => setCreating(false)} /> : null}
    </>
  );
}

interface UserActions {
  readonly me: User;
  readonly setRole: (user: User, role: User['role']) => void;
  readonly disable: (user: User) => void;
  readonly enable: (user: User) => void;
}

function userColumns(
  t: TFunction<'admin-users'>,
  { me, setRole, disable, enable }: UserActions,
): readonly Column<User>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      cell: ({ id, username, email }) => (
        <>
          <Group gap={6} wrap="nowrap">
            <Text span inherit fw={550}>
              {username}
            </Text>
            {id === me.id ? <StatusBadge tone="info">{t('you')}</StatusBadge> : null}
          </Group>
          {email === null ? null : <CellNote>{email}</CellNote>}
        </>
      ),
    },
    {
      id: 'role',
      header: t('column.role'),
      cell: (user) =>
        me.role === 'root' && user.id !== me.id ? (
          <Select
            aria-label={t('roleOf', { name: user.username })}
            size="xs"
            w={150}
            data={ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
            value={user.role}
            allowDeselect={false}
            onChange={(role) => {
              if (role !== null && role !== user.role) setRole(user, role as User['role']);
            }}
          />
        ) : (
          t(`roles.${user.role}`)
        ),
    },
    {
      id: 'status',
      header: t('column.status'),
      cell: ({ status }) => (
        <StatusBadge tone={status === 'active' ? 'good' : 'neutral'}>{t(`status.${status}`)}</StatusBadge>
      ),
    },
    {
      id: 'signIn',
      header: t('column.signIn'),
      hideOnPhone: true,
      cell: ({ hasPassword }) => (hasPassword ? t('signIn.password') : t('signIn.provider')),
    },
    { id: 'created', header: t('column.created'), hideOnPhone: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (user) => (
        <RowMenu
          label={t('actionsOf', { name: user.username })}
          actions={[
            user.status === 'active'
              ? {
                  label: t('action.disable'),
                  icon: IconBan,
                  isDangerous: true,
                  isDisabled: user.id === me.id,
                  onClick: () => disable(user),
                }
              : { label: t('action.enable'), icon: IconCheck, onClick: () => enable(user) },
            ...(me.role === 'root' && user.id !== me.id && user.role === 'user'
              ? [{ label: t('action.makeAdmin'), icon: IconUserCog, onClick: () => setRole(user, 'admin') }]
              : []),
          ]}
        />
      ),
    },
  ];
}
