import { Button } from '@mantine/core';
import { IconDevices } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionSummary } from '@code-router/contracts';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import { askBefore } from '../../ui/confirm';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';

const PATH = '/api/me/sessions';

export function Sessions() {
  const { t } = useTranslation('profile');
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: [PATH],
    queryFn: ({ signal }) => api.get<{ readonly sessions: readonly SessionSummary[] }>(PATH, { signal }),
  });
  const reload = () => queryClient.invalidateQueries({ queryKey: [PATH] });
  const { mutate: end } = useMutation({
    mutationFn: (id: string) => api.delete(`${PATH}/${id}`),
    onSuccess: async () => {
      await reload();
      notifyDone(t('sessions.ended'));
    },
    onError: notifyError,
  });
  const endOthers = useMutation({
    mutationFn: () => api.delete<{ readonly ended: number }>(PATH),
    onSuccess: async ({ ended }) => {
      await reload();
      notifyDone(t('sessions.othersEnded', { count: ended }));
    },
    onError: notifyError,
  });
  const sessions = data?.sessions ?? [];
  const columns = useMemo<Column<SessionSummary>[]>(
    () => [
      {
        id: 'client',
        header: t('sessions.client'),
        cell: ({ userAgent, current }) => (
          <>
            {describeClient(userAgent) ?? t('sessions.unknown')}{' '}
            {current ? <StatusBadge tone="good">{t('sessions.this')}</StatusBadge> : null}
          </>
        ),
      },
      { id: 'address', header: t('sessions.address'), cell: ({ ip = '—' }) => ip },
      {
        id: 'begun',
        header: t('sessions.begun'),
        cell: ({ createdAt, expiresAt }) => (
          <div>
            <Time at={createdAt} format="relative" />
            <CellNote>
              {t('sessions.until')} <Time at={expiresAt} format="date" />
            </CellNote>
          </div>
        ),
      },
      {
        id: 'actions',
        header: t('sessions.actions'),
        isActions: true,
        cell: ({ id, current }) =>
          current ? null : (
            <Button variant="subtle" size="compact-sm" color="red" onClick={() => end(id)}>
              {t('sessions.end')}
            </Button>
          ),
      },
    ],
    [t, end],
  );
  const askEndOthers = () =>
    askBefore({
      title: t('sessions.endOthersTitle'),
      message: t('sessions.endOthersMessage'),
      confirm: t('sessions.endOthers'),
      cancel: t('cancel'),
      onConfirm: () => endOthers.mutate(),
    });
  return (
    <Panel
      flush
      title={t('sessions.title')}
      description={t('sessions.description')}
      actions={
        sessions.length > 1 ? (
          <Button variant="default" size="xs" loading={endOthers.isPending} onClick={askEndOthers}>
            {t('sessions.endOthers')}
          </Button>
        ) : undefined
      }
    >
      <DataTable
        label={t('sessions.title')}
        columns={columns}
        rows={sessions}
        rowKey={({ id }) => id}
        isLoading={isLoading}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState icon={IconDevices} title={t('sessions.none')} />}
      />
    </Panel>
  );
}

/** "Chrome on Linux", of a `User-Agent` header; for people to recognise, not to decide by. */
function describeClient(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined;
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(userAgent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(userAgent)?.[1];
  if (browser === undefined) return userAgent.slice(0, 60);
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' };
  return [names[browser] ?? browser, system?.replace('Mac OS X', 'macOS')].filter(Boolean).join(' · ');
}
