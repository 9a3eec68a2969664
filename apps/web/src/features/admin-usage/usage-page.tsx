import { Button, Group, Select, TextInput } from '@mantine/core';
import { IconReceiptRefund } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, UsageRecord } from '@code-router/contracts';
import { usePages } from '../../api/pages';
import { useWholeList } from '../../api/whole-list';
import { ExportButton } from '../../ui/export-button';
import { instantOfLocal, localOfInstant } from '../../ui/fields/local-moment';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { SearchField } from '../../ui/search-field';
import { Toolbar } from '../../ui/toolbar';
import { RefundDialog } from '../../ui/usage/refund-dialog';
import { UsageTable } from '../../ui/usage/usage-table';

const route = getRouteApi('/console/admin/admin/usage');
const LIVE_MS = 5_000;
const STATUSES = ['ok', 'error', '402', '429', '500', '502', '503'] as const;

/** The requests of all accounts. */
export function AdminUsagePage() {
  const { t } = useTranslation('admin-usage');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [refunding, setRefunding] = useState<UsageRecord | null>(null);
  const channels = useWholeList<{ readonly id: string; readonly name: string }>('/api/channels');
  const filter = (changes: Partial<Record<keyof typeof search, string | undefined>>) =>
    void navigate({ to: '/admin/usage', search: { ...search, ...changes } as typeof search, replace: true });
  const moment = (name: 'from' | 'to') => (
    <TextInput
      label={t(`filter.${name}`)}
      type="datetime-local"
      w={{ base: '100%', xs: 'auto' }}
      value={search[name] === undefined ? '' : localOfInstant(search[name])}
      onChange={(event) => filter({ [name]: instantOfLocal(event.currentTarget.value) ?? undefined })}
    />
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <ExportButton path="/api/usage/export" query={{ ...search }} formats={['csv', 'ndjson']} fileName="usage" />
        }
      />
      <Toolbar>
        <AccountFilter value={search.accountId} onChange={(accountId) => filter({ accountId })} />
        <Select
          label={t('filter.channel')}
          placeholder={t('filter.all')}
          data={channels.items.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.channelId ?? null}
          onChange={(value) => filter({ channelId: value ?? undefined })}
          clearable
          searchable
          w={{ base: '100%', xs: 170 }}
        />
        <Select
          label={t('filter.status')}
          placeholder={t('filter.all')}
          data={STATUSES.map((value) => ({ value, label: t(`status.${value}`, { defaultValue: value }) }))}
          value={search.status ?? null}
          onChange={(value) => filter({ status: value ?? undefined })}
          clearable
          w={{ base: '100%', xs: 130 }}
        />
        {moment('from')}
        {moment('to')}
        <SearchField
          label={t('filter.model')}
          value={search.model ?? ''}
          onChange={(value) => filter({ model: value === '' ? undefined : value })}
        />
        <SearchField
          label={t('filter.requestId')}
          value={search.requestId ?? ''}
          onChange={(value) => filter({ requestId: value === '' ? undefined : value })}
        />
      </Toolbar>
      <Panel flush>
        <UsageTable
          path="/api/usage"
          filters={{ ...search }}
          isOperator
          showsAccount
          liveMs={LIVE_MS}
          renderActions={(record) =>
            record.amountNanos === '0' ? null : (
              <Group>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconReceiptRefund size={14} />}
                  onClick={() => setRefunding(record)}
                >
                  {t('refund')}
                </Button>
              </Group>
            )
          }
        />
      </Panel>
      {refunding ? <RefundDialog record={refunding} onClose={() => setRefunding(null)} /> : null}
    </>
  );
}

interface AccountFilterProps {
  readonly value: string | undefined;
  readonly onChange: (accountId: string | undefined) => void;
}

/** Accounts may be too many to list: they are looked for by what is typed. */
function AccountFilter({ value, onChange }: AccountFilterProps) {
  const { t } = useTranslation('admin-usage');
  const [search, setSearch] = useState('');
  const found = usePages<Account>('/api/accounts', { search: value ?? search }, { limit: 20 });
  return (
    <Select
      label={t('filter.account')}
      placeholder={t('filter.all')}
      data={found.items.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      onSearchChange={setSearch}
      filter={({ options }) => options}
      searchable
      clearable
      w={{ base: '100%', xs: 200 }}
    />
  );
}
