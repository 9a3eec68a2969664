import { Button, Stack, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupLimits, KeptGroup, MultiplierOverride } from '@code-router/contracts';
import { api } from '../../api/client';
import { useWholeList } from '../../api/whole-list';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { multiplierText } from '../../ui/fields/exact-product';
import { useGroups } from '../../ui/fields/group-select';
import { formatCount } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { RowMenu } from '../../ui/row-menu';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { GroupEditor } from './group-editor';
import { ModelOverrides } from './model-overrides';
import { MultiplierMatrix } from './multiplier-matrix';

interface Row extends KeptGroup {
  readonly limits: GroupLimits | undefined;
}

/** The groups, what they multiply prices by, who may choose them, and what they limit. */
export function GroupsPage() {
  const { t } = useTranslation('admin-groups');
  const [editing, setEditing] = useState<Row | 'new' | null>(null);
  const groups = useGroups();
  const overrides = useWholeList<MultiplierOverride>('/api/multipliers');
  const limits = useQuery({
    queryKey: ['/api/group-limits'],
    queryFn: ({ signal }) => api.get<{ readonly items: readonly GroupLimits[] }>('/api/group-limits', { signal }),
  });
  const rows = groups.items
    .map((group): Row => ({ ...group, limits: limits.data?.items.find((item) => item.group === group.name) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={create} />
      <Stack gap="lg">
        <Panel flush title={t('groups.title')}>
          <DataTable
            label={t('groups.title')}
            columns={groupColumns(t, setEditing)}
            rows={rows}
            rowKey={({ name }) => name}
            onOpen={setEditing}
            isLoading={groups.isLoading}
            error={groups.error}
            onRetry={groups.reload}
            empty={
              <EmptyState icon={IconUsersGroup} title={t('empty.title')} action={create}>
                {t('empty.next')}
              </EmptyState>
            }
          />
        </Panel>
        <Panel title={t('matrix.title')} description={t('matrix.description')}>
          {overrides.error ? <ErrorState error={overrides.error} onRetry={overrides.reload} /> : null}
          {overrides.isLoading ? <LoadingRows /> : <MultiplierMatrix groups={rows} overrides={overrides.items} />}
        </Panel>
        <ModelOverrides overrides={overrides.items.filter(({ kind }) => kind === 'model-in-group')} />
      </Stack>
      {editing === null ? null : (
        <GroupEditor
          group={editing === 'new' ? null : editing}
          limits={editing === 'new' ? undefined : editing.limits}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function groupColumns(t: TFunction<'admin-groups'>, edit: (row: Row) => void): readonly Column<Row>[] {
  const limit = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : formatCount(value);
  return [
    {
      id: 'name',
      header: t('column.name'),
      cell: ({ name, description }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          {description === '' ? null : <CellNote>{description}</CellNote>}
        </>
      ),
    },
    {
      id: 'multiplier',
      header: t('column.multiplier'),
      align: 'end',
      cell: ({ multiplierMillionths }) => `× ${multiplierText(multiplierMillionths)}`,
    },
    {
      id: 'choosable',
      header: t('column.choosableBy'),
      cell: ({ choosableBy }) =>
        choosableBy === null
          ? t('choosable.all')
          : choosableBy.length === 0
            ? t('choosable.own')
            : choosableBy.join(', '),
    },
    {
      id: 'rpm',
      header: t('column.requestsPerMinute'),
      align: 'end',
      cell: ({ limits }) => limit(limits?.requestsPerMinute),
    },
    {
      id: 'tpm',
      header: t('column.tokensPerMinute'),
      align: 'end',
      cell: ({ limits }) => limit(limits?.tokensPerMinute),
    },
    {
      id: 'concurrency',
      header: t('column.concurrencyMax'),
      align: 'end',
      cell: ({ limits }) => limit(limits?.concurrencyMax),
    },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (row) => (
        <RowMenu
          label={t('actionsOf', { name: row.name })}
          actions={[{ label: t('edit'), icon: IconPencil, onClick: () => edit(row) }]}
        />
      ),
    },
  ];
}
