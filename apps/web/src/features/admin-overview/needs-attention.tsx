import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, type LinkProps } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Account, Page } from '@code-router/contracts';
import { api } from '../../api/client';
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
  readonly to: NonNullable<LinkProps['to']>;
  readonly isBad: boolean;
}

/** Channels that fail, accounts that have run out, events that could not be recorded. */
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
  const accounts = useQuery({
    queryKey: ['/api/accounts', 'newest'],
    queryFn: ({ signal }) => api.get<Page<Account>>('/api/accounts', { query: { limit: 200 }, signal }),
  });
  const system = useSystem();
  const nameOf = (id: string) => channels.data?.items.find((channel) => channel.id === id)?.name ?? id;
  const matters: Matter[] = [
    ...(health.data?.items ?? [])
      .filter(({ state, keyRefusedAt }) => state !== 'healthy' || keyRefusedAt !== null)
      .map(({ channelId, state, lastErrorCode, keyRefusedAt }): Matter => ({
        id: channelId,
        name: nameOf(channelId),
        reason:
          keyRefusedAt === null ? t(`attention.${state}`, { code: lastErrorCode ?? '' }) : t('attention.keyRefused'),
        to: '/admin/channels',
        isBad: true,
      })),
    ...((system.data?.deadLetters ?? 0) > 0
      ? [
          {
            id: 'dead-letters',
            name: t('attention.deadLetters'),
            reason: t('attention.deadLettersWaiting', { count: system.data?.deadLetters ?? 0 }),
            to: '/admin/queue' as const,
            isBad: true,
          },
        ]
      : []),
    ...(accounts.data?.items ?? [])
      .filter(({ status, availableNanos, balanceNanos }) => {
        const wasUsed = balanceNanos !== '0';
        return status === 'active' && wasUsed && BigInt(availableNanos) <= 0n;
      })
      .map(({ id, name }): Matter => ({
        id,
        name,
        reason: t('attention.ranOut'),
        to: '/admin/accounts',
        isBad: false,
      })),
  ];
  return (
    <Panel flush title={t('attention.title')}>
      <DataTable
        label={t('attention.title')}
        columns={matterColumns(t)}
        rows={matters}
        rowKey={({ id }) => id}
        onOpen={({ to }) => void navigate({ to })}
        isLoading={accounts.isLoading || health.isLoading}
        error={accounts.error ?? health.error}
        empty={
          <EmptyState icon={IconCircleCheck} title={t('attention.none')}>
            {t('attention.noneMeaning')}
          </EmptyState>
        }
      />
    </Panel>
  );
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
