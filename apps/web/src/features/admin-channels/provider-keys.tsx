import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconKey, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { askBefore } from '../../ui/confirm';
import { DataTable } from '../../ui/data-table';
import { notifyDone, notifyError, notifyFailure } from '../../ui/notify';
import { EmptyState } from '../../ui/states';
import { invalidate } from '../../ui/use-submit';
import { CHANNELS, nameOfKey, type ChannelTest, type ProviderKey } from './channel';
import type { ChannelRow } from './channel-columns';
import { ProviderKeyEditor } from './provider-key-editor';
import { providerKeyColumns, type ProviderKeyRow } from './provider-key-columns';

export interface ProviderKeysProps {
  readonly channel: ChannelRow;
  readonly onClose: () => void;
}

/** The provider's keys of a channel: how each does, and all that can be done with one. */
export function ProviderKeys({ channel, onClose }: ProviderKeysProps) {
  const { t } = useTranslation('admin-channels');
  const { t: tUi } = useTranslation('ui');
  const path = `${CHANNELS}/${channel.id}/keys`;
  const [edited, setEdited] = useState<ProviderKey | 'new' | null>(null);
  const [tests, setTests] = useState<ReadonlyMap<string, ChannelTest>>(new Map());
  const afterChange = () => invalidate([CHANNELS, `${CHANNELS}/health`]);

  const test = useMutation({
    mutationFn: async (key: ProviderKey | null) =>
      key === null
        ? (await api.post<{ readonly items: readonly ChannelTest[] }>(`${path}/test`, {})).items
        : [await api.post<ChannelTest>(`${CHANNELS}/${channel.id}/test`, { keyId: key.id })],
    onSuccess: (results) => {
      setTests((before) => new Map([...before, ...results.map((result) => [result.key?.id ?? '', result] as const)]));
      const failed = results.filter(({ ok }) => !ok).length;
      if (failed === 0) notifyDone(t('keys.allAnswered', { count: results.length }));
      else notifyFailure(t('keys.someFailed', { count: failed }));
    },
    onError: notifyError,
    onSettled: afterChange,
  });
  const setStatus = useMutation({
    mutationFn: ({ id, status }: Pick<ProviderKey, 'id' | 'status'>) =>
      api.patch<ProviderKey>(`${path}/${id}`, { status }),
    onSuccess: async (key) => {
      await afterChange();
      notifyDone(t(key.status === 'active' ? 'enabled' : 'disabled', { name: nameOfKey(key) }));
    },
    onError: notifyError,
  });
  const remove = useMutation({
    mutationFn: ({ id }: ProviderKey) => api.delete(`${path}/${id}`),
    onSuccess: async (_, key) => {
      await afterChange();
      notifyDone(t('keys.removed', { key: nameOfKey(key) }));
    },
    onError: notifyError,
  });

  const rows = useMemo(() => {
    const healthById = new Map(channel.health?.keys.map((health) => [health.id, health]));
    return channel.keys.map((key): ProviderKeyRow => ({
      ...key,
      health: healthById.get(key.id),
      test: tests.get(key.id),
    }));
  }, [channel, tests]);
  const columns = providerKeyColumns(t, {
    test: (key) => test.mutate(key),
    edit: setEdited,
    enable: ({ id }) => setStatus.mutate({ id, status: 'active' }),
    disable: ({ id }) => setStatus.mutate({ id, status: 'disabled' }),
    remove: (key) =>
      askBefore({
        title: t('keys.removeTitle', { key: nameOfKey(key) }),
        message: t('keys.removeMessage'),
        confirm: t('keys.removeConfirm'),
        cancel: t('cancel'),
        onConfirm: () => remove.mutate(key),
      }),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={t('keys.title', { name: channel.name })}
      closeButtonProps={{ 'aria-label': tUi('form.close') }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('keys.about')}
        </Text>
        <Group gap="sm">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
            {t('keys.add')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={16} />}
            disabled={rows.length === 0}
            loading={test.isPending}
            onClick={() => test.mutate(null)}
          >
            {t('keys.testAll')}
          </Button>
        </Group>
        <DataTable
          label={t('keys.title', { name: channel.name })}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={IconKey} title={t('keys.empty')}>
              {t('keys.emptyNext')}
            </EmptyState>
          }
        />
      </Stack>
      {edited === null ? null : (
        <ProviderKeyEditor
          channelId={channel.id}
          providerKey={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Drawer>
  );
}
