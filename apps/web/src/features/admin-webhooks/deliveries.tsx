import { Anchor, Button, Drawer, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { instantOfLocal } from '../../ui/fields/local-moment';
import { notifyDone } from '../../ui/notify';
import { formatCount, formatDuration } from '../../ui/number-format';
import { EmptyState } from '../../ui/states';
import { StatusBadge, type Tone } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { useAction } from '../../ui/use-action';
import { WEBHOOKS, type WebhookDelivery, type Webhook } from './webhook';

const TONES: Readonly<Record<WebhookDelivery['status'], Tone>> = { pending: 'info', delivered: 'good', failed: 'bad' };
const STATUSES = ['pending', 'delivered', 'failed'] as const;
const LIVE_MS = 3_000;

export interface DeliveriesProps {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

/** What was sent to a webhook, and what it answered. */
export function Deliveries({ webhook, onClose }: DeliveriesProps) {
  const { t } = useTranslation('admin-webhooks');
  const { t: tUi } = useTranslation('ui');
  const [status, setStatus] = useState<string | null>(null);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const path = `${WEBHOOKS}/${webhook.id}/deliveries`;
  const deliveries = usePages<WebhookDelivery>(path, { status }, { liveMs: LIVE_MS });
  const replay = useAction({
    send: (deliveryId: string) => api.post(`${path}/${deliveryId}/replay`),
    changes: [path],
    onDone: () => {
      notifyDone(t('deliveries.replayed'));
    },
  });
  const replayPeriod = useAction<void, unknown>({
    send: () => api.post(`${WEBHOOKS}/${webhook.id}/replay`, { from: instantOfLocal(from), to: instantOfLocal(to) }),
    changes: [path],
    onDone: () => {
      notifyDone(t('deliveries.periodReplayed'));
    },
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={t('deliveries.title', { name: webhook.name })}
      closeButtonProps={{ 'aria-label': tUi('form.close') }}
    >
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <Select
            label={t('column.status')}
            placeholder={t('deliveries.all')}
            data={STATUSES.map((value) => ({ value, label: t(`delivery.${value}`) }))}
            value={status}
            onChange={setStatus}
            clearable
            w={140}
          />
          <TextInput
            label={t('deliveries.from')}
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            label={t('deliveries.to')}
            type="datetime-local"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={from === '' || to === ''}
            loading={replayPeriod.isBusy}
            onClick={() => replayPeriod.run()}
          >
            {t('deliveries.replayPeriod')}
          </Button>
        </Group>
        <DataTable
          label={t('deliveries.title', { name: webhook.name })}
          columns={deliveryColumns(t, (id) => replay.run(id))}
          {...pagedRows(deliveries)}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={IconSend} title={t('deliveries.empty')}>
              {t('deliveries.emptyNext')}
            </EmptyState>
          }
        />
      </Stack>
    </Drawer>
  );
}

function deliveryColumns(
  t: TFunction<'admin-webhooks'>,
  replay: (id: string) => void,
): readonly Column<WebhookDelivery>[] {
  return [
    {
      id: 'event',
      header: t('deliveries.event'),
      cell: ({ eventType, eventId }) => (
        <>
          {eventType}
          <CellNote>{eventId}</CellNote>
        </>
      ),
    },
    {
      id: 'status',
      header: t('column.status'),
      cell: ({ status, httpStatus, error }) => (
        <>
          <StatusBadge tone={TONES[status]}>
            {httpStatus === null ? t(`delivery.${status}`) : `${t(`delivery.${status}`)} · ${httpStatus}`}
          </StatusBadge>
          {error === null ? null : <CellNote>{error}</CellNote>}
        </>
      ),
    },
    {
      id: 'attempts',
      header: t('deliveries.attempts'),
      align: 'end',
      cell: ({ attempts, durationMs }) => (
        <>
          {formatCount(attempts)}
          {durationMs === null ? null : <CellNote>{formatDuration(durationMs)}</CellNote>}
        </>
      ),
    },
    { id: 'at', header: t('deliveries.at'), cell: ({ createdAt }) => <Time at={createdAt} format="exact" /> },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: ({ id }) => (
        <Anchor component="button" type="button" size="sm" onClick={() => replay(id)}>
          {t('deliveries.replay')}
        </Anchor>
      ),
    },
  ];
}
