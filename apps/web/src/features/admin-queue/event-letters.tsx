import { Anchor, Button } from '@mantine/core';
import { IconMailCheck, IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';
import { invalidate } from '../../ui/use-submit';

interface EventLetter {
  readonly id: string;
  readonly consumer: string;
  readonly reason: string;
  readonly failedAt: string;
}

const EVENT_LETTERS = '/api/system/dead-letters';

/** Events that a reader of the event log could not handle, before they came into any queue. */
export function EventLetters() {
  const { t } = useTranslation('admin-queue');
  const letters = usePages<EventLetter>(EVENT_LETTERS);
  const replay = useMutation({
    mutationFn: (ids?: readonly string[]) =>
      api.post<{ readonly replayed: number }>(`${EVENT_LETTERS}/replay`, ids ? { ids } : {}),
    onSuccess: async ({ replayed }) => {
      await invalidate([EVENT_LETTERS, '/api/system']);
      notifyDone(t('letters.replayed', { count: replayed }));
    },
    onError: notifyError,
  });
  return (
    <Panel
      flush
      title={t('events.title')}
      description={t('events.description')}
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
        label={t('events.title')}
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
            {t('events.emptyNext')}
          </EmptyState>
        }
      />
    </Panel>
  );
}

function letterColumns(t: TFunction<'admin-queue'>, replay: (id: string) => void): readonly Column<EventLetter>[] {
  return [
    {
      id: 'reason',
      header: t('letters.reason'),
      cell: ({ reason, consumer }) => (
        <>
          {reason}
          <CellNote>{consumer}</CellNote>
        </>
      ),
    },
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
