import { Button, Group } from '@mantine/core';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useWholeList } from '../../api/whole-list';
import { askBefore } from '../../ui/confirm';
import { DataTable } from '../../ui/data-table';
import { notifyDone, notifyError } from '../../ui/notify';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState } from '../../ui/states';
import { invalidate } from '../../ui/use-submit';
import { CHANNELS, type Channel, type ChannelHealth } from './channel';
import { channelColumns, type ChannelRow } from './channel-columns';
import { ChannelEditor } from './channel-editor';
import { ChannelTestDialog } from './channel-test';
import { ProviderKeys } from './provider-keys';
import { useChannelMargins } from './use-channel-margins';

type Opened =
  | { readonly what: 'edit'; readonly channel: Channel | null }
  | { readonly what: 'test'; readonly channel: Channel }
  | { readonly what: 'keys'; readonly channelId: string };

/** The channels: who answers requests, how well, and what is left of what they earn. */
export function ChannelsPage() {
  const { t } = useTranslation('admin-channels');
  const [opened, setOpened] = useState<Opened | null>(null);
  const channels = useWholeList<Channel>(CHANNELS);
  const health = useQuery({
    queryKey: [`${CHANNELS}/health`],
    queryFn: ({ signal }) => api.get<{ readonly items: readonly ChannelHealth[] }>(`${CHANNELS}/health`, { signal }),
    refetchInterval: 15_000,
  });
  const margins = useChannelMargins();
  const rows = useMemo(() => {
    const byId = new Map(health.data?.items.map((item) => [item.channelId, item]));
    return channels.items
      .map((channel) => ({ ...channel, health: byId.get(channel.id), sums: margins.data?.get(channel.id) }))
      .toSorted((a, b) => b.priority - a.priority || a.name.localeCompare(b.name));
  }, [channels.items, health.data, margins.data]);

  const setStatus = useMutation({
    mutationFn: ({ id, status }: Pick<Channel, 'id' | 'status'>) => api.patch<Channel>(`${CHANNELS}/${id}`, { status }),
    onSuccess: async ({ name, status }) => {
      await invalidate([CHANNELS]);
      notifyDone(t(status === 'active' ? 'enabled' : 'disabled', { name }));
    },
    onError: notifyError,
  });
  const remove = useMutation({
    mutationFn: ({ id }: Channel) => api.delete(`${CHANNELS}/${id}`),
    onSuccess: async (_, { name }) => {
      await invalidate([CHANNELS]);
      notifyDone(t('deleted', { name }));
    },
    onError: notifyError,
  });

  const askToDisable = (row: ChannelRow) =>
    askBefore({
      title: t('disable.title', { name: row.name }),
      message: t('disable.message'),
      confirm: t('disable.confirm'),
      cancel: t('cancel'),
      onConfirm: () => setStatus.mutate({ id: row.id, status: 'disabled' }),
    });
  const askToDelete = (row: ChannelRow) =>
    askBefore({
      title: t('delete.title', { name: row.name }),
      message: t('delete.message'),
      confirm: t('delete.confirm'),
      cancel: t('cancel'),
      onConfirm: () => remove.mutate(row),
    });

  const columns = channelColumns(t, {
    test: (channel) => setOpened({ what: 'test', channel }),
    keys: ({ id }) => setOpened({ what: 'keys', channelId: id }),
    edit: (channel) => setOpened({ what: 'edit', channel }),
    enable: ({ id }) => setStatus.mutate({ id, status: 'active' }),
    disable: askToDisable,
    delete: askToDelete,
  });
  // As it is now: its keys change while they are shown.
  const withKeys = opened?.what === 'keys' ? rows.find(({ id }) => id === opened.channelId) : undefined;
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened({ what: 'edit', channel: null })}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={create} />
      {health.error ? (
        <Group mb="md" grow>
          <ErrorState error={health.error} onRetry={() => void health.refetch()} />
        </Group>
      ) : null}
      <Panel flush>
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={(channel) => setOpened({ what: 'edit', channel })}
          isLoading={channels.isLoading}
          error={channels.error}
          onRetry={channels.reload}
          empty={
            <EmptyState icon={IconRoute} title={t('empty.title')} action={create}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      {opened?.what === 'edit' ? <ChannelEditor channel={opened.channel} onClose={() => setOpened(null)} /> : null}
      {opened?.what === 'test' ? <ChannelTestDialog channel={opened.channel} onClose={() => setOpened(null)} /> : null}
      {withKeys ? <ProviderKeys channel={withKeys} onClose={() => setOpened(null)} /> : null}
    </>
  );
}
