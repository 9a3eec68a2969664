import { Anchor, Button, Stack, Text } from '@mantine/core';
import { IconExternalLink, IconMailCheck, IconRefresh, IconStack } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { UsageDeadLetter } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { useSystem, type Consumer } from '../../api/system';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { Figure, Figures } from '../../ui/figure';
import { notifyDone, notifyError } from '../../ui/notify';
import { formatBytes, formatCount, formatDuration } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState } from '../../ui/states';
import { Time } from '../../ui/time';
import { invalidate } from '../../ui/use-submit';
import { EventLetters } from './event-letters';

const DEAD_LETTERS = '/api/usage/dead-letters';

/** What waits between a request and its record, and what could not be recorded. */
export function QueuePage() {
  const { t } = useTranslation('admin-queue');
  const system = useSystem();
  const letters = usePages<UsageDeadLetter>(DEAD_LETTERS);
  const replay = useMutation({
    mutationFn: (ids?: readonly string[]) =>
      api.post<{ readonly replayed: number }>(`${DEAD_LETTERS}/replay`, ids ? { ids } : {}),
    onSuccess: async ({ replayed }) => {
      await invalidate([DEAD_LETTERS, '/api/system']);
      notifyDone(t('letters.replayed', { count: replayed }));
    },
    onError: notifyError,
  });
  const { data } = system;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button
            variant="default"
            rightSection={<IconExternalLink size={16} />}
            component="a"
            href="/api/queues"
            target="_blank"
            rel="noreferrer"
          >
            {t('board')}
          </Button>
        }
      />
      <Stack gap="lg">
        {system.error ? <ErrorState error={system.error} onRetry={() => void system.refetch()} /> : null}
        <Figures>
          <Figure
            label={t('figure.open')}
            value={data ? formatCount(data.gateway.openSettlements) : undefined}
            note={t('figure.openNote')}
          />
          <Figure
            label={t('figure.unconfirmed')}
            value={data ? formatCount(data.gateway.unconfirmed) : undefined}
            note={
              data && data.gateway.oldestUnconfirmedMs !== null
                ? t('figure.oldest', { duration: formatDuration(data.gateway.oldestUnconfirmedMs) })
                : t('figure.unconfirmedNote')
            }
          />
          <Figure
            label={t('figure.spool')}
            value={data ? formatBytes(data.gateway.spooledBytes) : undefined}
            note={data ? t('figure.spoolNote', { limit: formatBytes(data.gateway.spoolLimitBytes) }) : undefined}
          />
          <Figure
            label={t('figure.dead')}
            value={data ? (data.deadLetters === null ? '—' : formatCount(data.deadLetters)) : undefined}
          />
        </Figures>
        <Panel flush title={t('consumers.title')} description={t('consumers.description')}>
          <DataTable
            label={t('consumers.title')}
            columns={consumerColumns(t)}
            rows={data?.consumers ?? []}
            rowKey={({ name }) => name}
            isLoading={system.isLoading}
            empty={
              <EmptyState icon={IconStack} title={t('consumers.empty')}>
                {t('consumers.emptyNext')}
              </EmptyState>
            }
          />
        </Panel>
        <Panel
          flush
          title={t('letters.title')}
          description={t('letters.description')}
          actions={
            letters.items.length === 0 ? null : (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconRefresh size={14} />}
                loading={replay.isPending}
                onClick={() => replay.mutate(undefined)}
              >
                {t('letters.replayAll')}
              </Button>
            )
          }
        >
          <DataTable
            label={t('letters.title')}
            columns={letterColumns(t, (id) => replay.mutate([id]))}
            rows={letters.items}
            rowKey={({ id }) => id}
            isLoading={letters.isLoading}
            error={letters.error}
            onRetry={letters.reload}
            hasMore={letters.hasMore}
            isLoadingMore={letters.isLoadingMore}
            onMore={letters.loadMore}
            empty={
              <EmptyState icon={IconMailCheck} title={t('letters.empty')}>
                {t('letters.emptyNext')}
              </EmptyState>
            }
          />
        </Panel>
        <EventLetters />
      </Stack>
    </>
  );
}

function consumerColumns(t: TFunction<'admin-queue'>): readonly Column<Consumer>[] {
  return [
    { id: 'name', header: t('consumers.name'), cell: ({ name }) => name },
    { id: 'pending', header: t('consumers.pending'), align: 'end', cell: ({ pending }) => formatCount(pending) },
    {
      id: 'ack',
      header: t('consumers.ackPending'),
      align: 'end',
      cell: ({ ackPending }) => formatCount(ackPending),
    },
    {
      id: 'again',
      header: t('consumers.redelivered'),
      align: 'end',
      cell: ({ redelivered }) => formatCount(redelivered),
    },
    {
      id: 'lag',
      header: t('consumers.lag'),
      align: 'end',
      cell: ({ lagMs }) => (lagMs === null ? '—' : formatDuration(lagMs)),
    },
  ];
}

function letterColumns(t: TFunction<'admin-queue'>, replay: (id: string) => void): readonly Column<UsageDeadLetter>[] {
  return [
    {
      id: 'reason',
      header: t('letters.reason'),
      cell: ({ reason, eventIds }) => (
        <>
          <Text span inherit>
            {reason}
          </Text>
          {eventIds.length === 0 ? null : <CellNote>{eventIds.join(', ')}</CellNote>}
        </>
      ),
    },
    { id: 'attempts', header: t('letters.attempts'), align: 'end', cell: ({ attempts }) => formatCount(attempts) },
    { id: 'at', header: t('letters.at'), cell: ({ failedAt }) => <Time at={failedAt} format="exact" /> },
    {
      id: 'actions',
      header: t('letters.actions'),
      isActions: true,
      cell: ({ id }) => (
        <Anchor component="button" type="button" size="sm" onClick={() => replay(id)}>
          {t('letters.replay')}
        </Anchor>
      ),
    },
  ];
}
