import { Select, Text, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../../api/pages';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { instantOfLocal, localOfInstant } from '../../ui/fields/local-moment';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { SearchField } from '../../ui/search-field';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { Toolbar } from '../../ui/toolbar';
import type { AuditEntry } from './audit-entry';
import { AuditEntryDrawer } from './audit-entry-drawer';

const route = getRouteApi('/console/admin/admin/audit-log');

/** The subjects of the administration, as the paths of its API have them. */
const SUBJECTS = [
  'accounts',
  'channels',
  'groups',
  'group-limits',
  'keys',
  'models',
  'multipliers',
  'price-list',
  'prices',
  'reconciliation',
  'redemption-batches',
  'refunds',
  'settings',
  'usage',
  'users',
  'webhooks',
] as const;

/** What administrators did: who, what, when, and what it was before and after. */
export function AuditLogPage() {
  const { t } = useTranslation('admin-audit-log');
  const { actor, action, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const entries = usePages<AuditEntry>('/api/audit-log', { actor, action, from, to });
  const filter = (changes: Partial<Record<'actor' | 'action' | 'from' | 'to', string | undefined>>) =>
    void navigate({ to: '/admin/audit-log', search: { actor, action, from, to, ...changes }, replace: true });
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Toolbar>
        <SearchField
          label={t('filter.actor')}
          value={actor ?? ''}
          onChange={(value) => filter({ actor: value || undefined })}
        />
        <Select
          aria-label={t('filter.subject')}
          placeholder={t('filter.subject')}
          data={SUBJECTS.map((subject) => ({ value: `/api/${subject}`, label: t(`subject.${subject}`) }))}
          value={action ?? null}
          onChange={(value) => filter({ action: value ?? undefined })}
          clearable
          searchable
          w={{ base: '100%', xs: 220 }}
        />
        <TextInput
          label={t('filter.from')}
          type="datetime-local"
          w={{ base: '100%', xs: 'auto' }}
          value={from ? localOfInstant(from) : ''}
          onChange={(event) => filter({ from: instantOfLocal(event.currentTarget.value) ?? undefined })}
        />
        <TextInput
          label={t('filter.to')}
          type="datetime-local"
          w={{ base: '100%', xs: 'auto' }}
          value={to ? localOfInstant(to) : ''}
          onChange={(event) => filter({ to: instantOfLocal(event.currentTarget.value) ?? undefined })}
        />
      </Toolbar>
      <Panel flush>
        <DataTable
          label={t('title')}
          columns={auditColumns(t)}
          {...pagedRows(entries)}
          rowKey={({ id }) => id}
          onOpen={setOpened}
          empty={
            <EmptyState icon={IconHistory} title={t('empty.title')}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      <AuditEntryDrawer entry={opened} onClose={() => setOpened(null)} />
    </>
  );
}

function auditColumns(t: TFunction<'admin-audit-log'>): readonly Column<AuditEntry>[] {
  return [
    {
      id: 'action',
      header: t('column.action'),
      cell: ({ action, target }) => (
        <>
          <Text span inherit ff="monospace" fz="xs" fw={550}>
            {action}
          </Text>
          {/* Where nothing is named, it says the same. */}
          {action.endsWith(` ${target}`) ? null : <CellNote>{target}</CellNote>}
        </>
      ),
    },
    { id: 'actor', header: t('column.actor'), cell: ({ actorName }) => actorName },
    {
      id: 'result',
      header: t('column.result'),
      cell: ({ httpStatus }) => (
        <StatusBadge tone={httpStatus === null ? 'warning' : httpStatus < 400 ? 'good' : 'bad'}>
          {httpStatus === null ? t('unknown') : httpStatus < 400 ? t('done') : t('refused', { status: httpStatus })}
        </StatusBadge>
      ),
    },
    { id: 'ip', header: t('column.ip'), hideOnPhone: true, cell: ({ ip }) => ip },
    { id: 'at', header: t('column.at'), align: 'end', cell: ({ at }) => <Time at={at} format="exact" /> },
  ];
}
