import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { Amount } from '../../ui/amount';
import { Facts } from '../../ui/facts';
import { formatCount, formatDuration } from '../../ui/number-format';
import { ErrorState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { invalidate } from '../../ui/use-submit';
import { CHANNELS, nameOfKey, type Channel, type ChannelTest } from './channel';

export interface ChannelTestDialogProps {
  readonly channel: Channel;
  readonly onClose: () => void;
}

/** Sends one small request through a channel, and shows what came of it. */
export function ChannelTestDialog({ channel, onClose }: ChannelTestDialogProps) {
  const { t } = useTranslation('admin-channels');
  const { t: tUi } = useTranslation('ui');
  const [model, setModel] = useState<string | null>(channel.models[0]?.name ?? null);
  const [keyId, setKeyId] = useState<string | null>(null);
  const test = useMutation({
    mutationFn: () =>
      api.post<ChannelTest>(`${CHANNELS}/${channel.id}/test`, {
        ...(model === null ? {} : { model }),
        ...(keyId === null ? {} : { keyId }),
      }),
    onSettled: () => invalidate([CHANNELS, `${CHANNELS}/health`]),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('test.title', { name: channel.name })}
      closeButtonProps={{ 'aria-label': tUi('form.close') }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('test.about')}
        </Text>
        {channel.keys.length > 1 ? (
          <Select
            label={t('field.apiKey')}
            placeholder={t('test.nextKey')}
            data={channel.keys.map((key) => ({ value: key.id, label: nameOfKey(key) }))}
            value={keyId}
            onChange={setKeyId}
            clearable
          />
        ) : null}
        <Group align="flex-end" wrap="nowrap">
          <Select
            label={t('test.model')}
            data={channel.models.map(({ name }) => name)}
            value={model}
            onChange={setModel}
            searchable
            allowDeselect={false}
            flex={1}
          />
          <Button onClick={() => test.mutate()} loading={test.isPending} data-autofocus>
            {t('test.run')}
          </Button>
        </Group>
        <div aria-live="polite">
          {test.error ? <ErrorState error={test.error} /> : null}
          {test.data ? <TestResult test={test.data} /> : null}
        </div>
      </Stack>
    </Modal>
  );
}

function TestResult({ test }: { readonly test: ChannelTest }) {
  const { t } = useTranslation('admin-channels');
  const tokens = Object.values(test.tokens).reduce((sum, count) => sum + count, 0);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <StatusBadge tone={test.ok ? 'good' : 'bad'}>{test.ok ? t('test.ok') : t('test.failed')}</StatusBadge>
        {test.message === null ? null : <Text size="sm">{test.message}</Text>}
        {test.isKeyEnabledAgain ? <Text size="sm">{t('test.enabledAgain')}</Text> : null}
      </Group>
      <Facts
        items={[
          ...(test.key === null ? [] : ([[t('test.key'), nameOfKey(test.key)]] as const)),
          [t('test.latency'), formatDuration(test.latencyMs)],
          [t('test.firstByte'), test.firstByteMs === null ? '—' : formatDuration(test.firstByteMs)],
          [t('test.status'), test.httpStatus ?? '—'],
          ...(test.errorCode === null ? [] : ([[t('test.code'), test.errorCode]] as const)),
          [t('test.tokens'), formatCount(tokens)],
          [t('test.amount'), test.amountNanos === null ? '—' : <Amount key="amount" nanos={test.amountNanos} exact />],
          [t('test.cost'), test.costNanos === null ? '—' : <Amount key="cost" nanos={test.costNanos} exact />],
        ]}
      />
    </Stack>
  );
}
