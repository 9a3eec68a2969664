import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Account, Page, UsageDeadLetter, Webhook } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { useSystem } from '../../api/system';
import { DataTable, type Column } from '../../ui/data-table';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';

interface Health {
  readonly channelId: string;
  readonly state: 'healthy' | 'failing' | 'resting' | 'unusable';
  readonly lastErrorCode: string | null;
  readonly keyRefusedAt: string | null;
}

interface Matter {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly isBad: boolean;
  /** Goes to where something can be done about it. */
  readonly open: () => void;
}

const ACCOUNTS_SHOWN = 20;
const WEBHOOKS_SHOWN = 100;

/** Channels that fail, events and jobs that could not be handled, webhooks that were disabled, accounts that have run out. */
export function NeedsAttention() {
  const { t } = useTranslation('admin-overview');
  const navigate = useNavigate();
  const channels = useQuery({
    queryKey: ['/api/channels', 'names'],
    queryFn: ({ signal }) =>
      api.get<Page<{ readonly id: string; readonly name: string }>>('/api/channels', { query: { limit: 200 }, signal }),
  });
  const health = useQuery({
    queryKey: ['/api/channels/health'],
    queryFn: ({ signal }) => api.get<{ readonly items: readonly Health[] }>('/api/channels/health', { signal }),
    refetchInterval: 15_000,
  });
  const system = useSystem();
  const jobs = usePages<UsageDeadLetter>('/api/usage/dead-letters');
  const webhooks = usePages<Webhook>('/api/webhooks', { status: 'disabled' }, { limit: WEBHOOKS_SHOWN });
  const accounts = usePages<Account>('/api/accounts', { onlyRunOut: true }, { limit: ACCOUNTS_SHOWN });
  const nameOf = (id: string) => channels.data?.items.find((channel) => channel.id === id)?.name ?? id;
  const toQueue = (hash: string) => () => void navigate({ to: '/admin/queue', hash });
  const eventCount = system.data?.deadLetters ?? 0;
  const jobCount = jobs.items.length;
  const matters: readonly Matter[] = [
    ...(health.data?.items ?? [])
      .filter(({ state, keyRefusedAt }) => state !== 'healthy' || keyRefusedAt !== null)
      .map(({ channelId, state, lastErrorCode, keyRefusedAt }): Matter => ({
        id: channelId,
        name: nameOf(channelId),
        reason:
          keyRefusedAt === null ? t(`attention.${state}`, { code: lastErrorCode ?? '' }) : t('attention.keyRefused'),
        isBad: true,
        open: () => void navigate({ to: '/admin/channels' }),
      })),
    ...matterIf(eventCount > 0, {
      id: 'events',
      name: t('attention.events'),
      reason: t('attention.eventsWaiting', { count: eventCount }),
      isBad: true,
      open: toQueue('events'),
    }),
    ...matterIf(jobCount > 0, {
      id: 'jobs',
      name: t('attention.deadLetters'),
      reason: jobs.hasMore
        ? t('attention.deadLettersMany', { count: jobCount })
        : t('attention.deadLettersWaiting', { count: jobCount }),
      isBad: true,
      open: toQueue('records'),
    }),
    // Somebody who disabled one knows it, and gave no reason.
    ...webhooks.items
      .filter(({ disabledReason }) => disabledReason !== null)
      .map(({ id, name }): Matter => ({
        id,
        name,
        reason: t('attention.webhookDisabled'),
        isBad: true,
        open: () => void navigate({ to: '/admin/webhooks' }),
      })),
    ...accounts.items.map(({ id, name }): Matter => ({
      id,
      name,
      reason: t('attention.ranOut'),
      isBad: false,
      open: () => void navigate({ to: '/admin/accounts/$accountId', params: { accountId: id }, search: {} }),
    })),
  ];
  return (
    <Panel flush title={t('attention.title')}>
      <DataTable
        label={t('attention.title')}
        columns={matterColumns(t)}
        rows={matters}
        rowKey={({ id }) => id}
        onOpen={({ open }) => open()}
        isLoading={accounts.isLoading || health.isLoading}
        error={accounts.error ?? health.error}
        hasMore={accounts.hasMore}
        isLoadingMore={accounts.isLoadingMore}
        onMore={accounts.loadMore}
        empty={
          <EmptyState icon={IconCircleCheck} title={t('attention.none')}>
            {t('attention.noneMeaning')}
          </EmptyState>
        }
      />
    </Panel>
  );
}

function matterIf(isOne: boolean, matter: Matter): readonly Matter[] {
  return isOne ? [matter] : [];
}

function matterColumns(t: TFunction<'admin-overview'>): readonly Column<Matter>[] {
  return [
    { id: 'name', header: t('attention.who'), cell: ({ name }) => name },
    {
      id: 'reason',
      header: t('attention.why'),
      cell: ({ reason, isBad }) => <StatusBadge tone={isBad ? 'bad' : 'warning'}>{reason}</StatusBadge>,
    },
  ];
}
