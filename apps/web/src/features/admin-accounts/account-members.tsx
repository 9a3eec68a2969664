import { IconUsers } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '@code-router/contracts';
import { usePages } from '../../api/pages';
import { Amount } from '../../ui/amount';
import { DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';

/** Who may use the account. They are changed by its owners, on their own pages. */
export function AccountMembers({ path }: { readonly path: string }) {
  const { t } = useTranslation('admin-accounts');
  const members = usePages<Member>(`${path}/members`);
  const columns = useMemo<readonly Column<Member>[]>(
    () => [
      { id: 'name', header: t('members.name'), sortBy: ({ username }) => username, cell: ({ username }) => username },
      { id: 'role', header: t('members.role'), cell: ({ role }) => t(`members.roles.${role}`) },
      {
        id: 'budget',
        header: t('members.budget'),
        align: 'end',
        cell: ({ budgetNanos, spentNanos }) =>
          budgetNanos === null ? (
            t('members.unlimited')
          ) : (
            <>
              <Amount nanos={spentNanos ?? '0'} /> / <Amount nanos={budgetNanos} />
            </>
          ),
      },
      { id: 'joined', header: t('members.joined'), cell: ({ joinedAt }) => <Time at={joinedAt} format="date" /> },
    ],
    [t],
  );
  return (
    <Panel flush title={t('members.title')} description={t('members.description')}>
      <DataTable
        label={t('members.title')}
        columns={columns}
        {...pagedRows(members)}
        rowKey={({ userId }) => userId}
        empty={
          <EmptyState icon={IconUsers} title={t('members.empty')}>
            {t('members.emptyNext')}
          </EmptyState>
        }
      />
    </Panel>
  );
}
