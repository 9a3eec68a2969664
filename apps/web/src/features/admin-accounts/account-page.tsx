import { Anchor, Button, Group, Stack, Tabs } from '@mantine/core';
import { IconAdjustments, IconBan, IconCheck, IconGift, IconPencil } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@code-router/contracts';
import { api } from '../../api/client';
import { Amount } from '../../ui/amount';
import { askBefore } from '../../ui/confirm';
import { Facts } from '../../ui/facts';
import { Figure, Figures } from '../../ui/figure';
import { notifyDone, notifyError } from '../../ui/notify';
import { formatCount } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { invalidate } from '../../ui/use-submit';
import { AccountEditor } from './account-editor';
import { AccountKeys } from './account-keys';
import { AccountLedger } from './account-ledger';
import { AccountMembers } from './account-members';
import { AccountUsage } from './account-usage';
import { CorrectionDialog } from './correction-dialog';
import { GrantDialog } from './grant-dialog';

const route = getRouteApi('/console/admin/admin/accounts/$accountId');

type Dialog = 'edit' | 'grant' | 'correct';

const TABS = ['ledger', 'keys', 'members', 'usage', 'about'] as const;

/** One account: what it has, what moved it, its keys and its requests. */
export function AccountPage() {
  const { t } = useTranslation('admin-accounts');
  const { accountId } = route.useParams();
  const { tab = 'ledger' } = route.useSearch();
  const navigate = route.useNavigate();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const path = `/api/accounts/${accountId}`;
  const account = useQuery({
    queryKey: ['/api/accounts', accountId],
    queryFn: ({ signal }) => api.get<Account>(path, { signal }),
  });
  const setStatus = useMutation({
    mutationFn: (status: Account['status']) => api.patch<Account>(path, { status }),
    onSuccess: async ({ name, status }) => {
      await invalidate(['/api/accounts']);
      notifyDone(t(status === 'active' ? 'enabled' : 'disabled', { name }));
    },
    onError: notifyError,
  });
  const { data } = account;
  if (!data) {
    return (
      <>
        <PageHeader title={t('one')} description={<Back />} />
        {account.error ? <ErrorState error={account.error} onRetry={() => void account.refetch()} /> : <LoadingRows />}
      </>
    );
  }
  const askToDisable = () =>
    askBefore({
      title: t('disable.title', { name: data.name }),
      message: t('disable.message'),
      confirm: t('disable.confirm'),
      cancel: t('cancel'),
      onConfirm: () => setStatus.mutate('disabled'),
    });
  return (
    <>
      <PageHeader
        title={data.name}
        description={
          <Group gap="xs" component="span">
            <Back />
            <StatusBadge tone={data.status === 'active' ? 'good' : 'neutral'}>{t(`status.${data.status}`)}</StatusBadge>
          </Group>
        }
        actions={
          <>
            <Button leftSection={<IconGift size={16} />} onClick={() => setDialog('grant')}>
              {t('action.grant')}
            </Button>
            <Button variant="default" leftSection={<IconAdjustments size={16} />} onClick={() => setDialog('correct')}>
              {t('action.correct')}
            </Button>
            <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setDialog('edit')}>
              {t('action.edit')}
            </Button>
            {data.status === 'active' ? (
              <Button variant="default" leftSection={<IconBan size={16} />} onClick={askToDisable}>
                {t('action.disable')}
              </Button>
            ) : (
              <Button
                variant="default"
                leftSection={<IconCheck size={16} />}
                loading={setStatus.isPending}
                onClick={() => setStatus.mutate('active')}
              >
                {t('action.enable')}
              </Button>
            )}
          </>
        }
      />
      <Stack gap="lg">
        <Figures>
          <Figure label={t('figure.balance')} value={<Amount nanos={data.balanceNanos} />} />
          <Figure label={t('figure.held')} value={<Amount nanos={data.heldNanos} />} note={t('figure.heldNote')} />
          <Figure label={t('figure.available')} value={<Amount nanos={data.availableNanos} />} />
          <Figure label={t('field.overdraft')} value={<Amount nanos={data.overdraftNanos} />} />
        </Figures>
        <Tabs
          value={tab}
          onChange={(value) =>
            void navigate({
              to: '/admin/accounts/$accountId',
              params: { accountId },
              search: { tab: TABS.find((known) => known === value) ?? 'ledger' },
              replace: true,
            })
          }
          keepMounted={false}
        >
          <Tabs.List mb="md">
            {TABS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {t(`tab.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="ledger">
            <AccountLedger path={path} />
          </Tabs.Panel>
          <Tabs.Panel value="keys">
            <AccountKeys account={data} />
          </Tabs.Panel>
          <Tabs.Panel value="members">
            <AccountMembers path={path} />
          </Tabs.Panel>
          <Tabs.Panel value="usage">
            <AccountUsage accountId={data.id} />
          </Tabs.Panel>
          <Tabs.Panel value="about">
            <About account={data} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
      {dialog === 'edit' ? <AccountEditor account={data} onClose={() => setDialog(null)} /> : null}
      {dialog === 'grant' ? <GrantDialog account={data} onClose={() => setDialog(null)} /> : null}
      {dialog === 'correct' ? <CorrectionDialog account={data} onClose={() => setDialog(null)} /> : null}
    </>
  );
}

function Back() {
  const { t } = useTranslation('admin-accounts');
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/admin/accounts" search={{}} {...props} />}>
      {t('back')}
    </Anchor>
  );
}

function About({ account }: { readonly account: Account }) {
  const { t } = useTranslation('admin-accounts');
  const limit = (value: number | null) => (value === null ? t('asGroup') : formatCount(value));
  return (
    <Panel>
      <Facts
        items={[
          [t('field.id'), account.id],
          [t('field.group'), account.group],
          [t('field.lowerOutput'), account.lowerOutput ? t('yes') : t('no')],
          [t('field.requestsPerMinute'), limit(account.requestsPerMinute)],
          [t('field.tokensPerMinute'), limit(account.tokensPerMinute)],
          [t('field.concurrencyMax'), limit(account.concurrencyMax)],
          [t('field.created'), <Time key="created" at={account.createdAt} />],
        ]}
      />
    </Panel>
  );
}
