import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDots, IconPencil, IconUserMinus, IconUsers } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '@code-router/contracts';
import { EditMember } from './edit-member';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { queryClient } from '../../api/query-client';
import { sessionChanged, useMe, type CurrentAccount } from '../../api/session';
import { BudgetBar } from '../../ui/budget-bar';
import { askBefore } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { formatRelative } from '../../ui/time-format';
import { Time } from '../../ui/time';

export function MemberList({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('members');
  const { user } = useMe();
  const router = useRouter();
  const path = `${account.path}/members`;
  const members = usePages<Member>(path);
  const [edited, setEdited] = useState<Member | null>(null);
  const mayManage = account.may('members.manage');
  const { mutate: remove } = useMutation({
    mutationFn: ({ userId }: Member) => api.delete(`${path}/${userId}`),
    onSuccess: async (_, { userId, username }) => {
      if (userId === user.id) {
        await sessionChanged(true);
        await router.navigate({ to: '/dashboard' });
        return;
      }
      await queryClient.invalidateQueries({ queryKey: [path] });
      notifyDone(t('remove.done', { name: username }));
    },
    onError: notifyError,
  });
  const columns = useMemo<Column<Member>[]>(() => {
    const askRemove = (member: Member) => {
      const own = member.userId === user.id;
      askBefore({
        title: t(own ? 'leave.title' : 'remove.title', { name: own ? account.account.name : member.username }),
        message: t(own ? 'leave.message' : 'remove.message'),
        confirm: t(own ? 'leave.submit' : 'remove.submit'),
        cancel: t('cancel'),
        onConfirm: () => remove(member),
      });
    };
    return [
      {
        id: 'name',
        header: t('column.name'),
        sortBy: ({ username }) => username,
        cell: ({ username, userId }) => (
          <Text size="sm" fw={550} span>
            {username} {userId === user.id ? <StatusBadge tone="neutral">{t('you')}</StatusBadge> : null}
          </Text>
        ),
      },
      { id: 'role', header: t('column.role'), sortBy: ({ role }) => role, cell: ({ role }) => t(`role.${role}`) },
      {
        id: 'budget',
        header: t('column.budget'),
        cell: ({ budgetNanos, spentNanos, heldNanos, resetsAt }) =>
          budgetNanos === null ? (
            <Text size="sm" c="dimmed" span>
              {t('noBudget')}
            </Text>
          ) : (
            <div style={{ width: '100%', maxWidth: 230 }}>
              <BudgetBar
                label={t('eachMonth')}
                spentNanos={spentNanos ?? '0'}
                heldNanos={heldNanos ?? '0'}
                limitNanos={budgetNanos}
                {...(resetsAt === null ? {} : { note: t('resets', { when: formatRelative(resetsAt) }) })}
              />
            </div>
          ),
      },
      { id: 'joined', header: t('column.joined'), cell: ({ joinedAt }) => <Time at={joinedAt} format="date" /> },
      {
        id: 'actions',
        header: t('column.actions'),
        isActions: true,
        cell: (member) =>
          mayManage || member.userId === user.id ? (
            <Menu position="bottom-end" width={190}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={t('actions', { name: member.username })}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {mayManage ? (
                  <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setEdited(member)}>
                    {t('edit.open')}
                  </Menu.Item>
                ) : null}
                <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={() => askRemove(member)}>
                  {t(member.userId === user.id ? 'leave.open' : 'remove.open')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          ) : null,
      },
    ];
  }, [t, user.id, mayManage, remove, account.account.name]);
  return (
    <Panel flush title={t('list.title')}>
      <DataTable
        label={t('list.title')}
        columns={columns}
        {...pagedRows(members)}
        rowKey={({ userId }) => userId}
        empty={<EmptyState icon={IconUsers} title={t('list.empty')} />}
      />
      {edited ? <EditMember account={account} edited={edited} onClose={() => setEdited(null)} /> : null}
    </Panel>
  );
}
