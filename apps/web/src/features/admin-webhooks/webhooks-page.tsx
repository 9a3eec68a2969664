import { Button, Text } from '@mantine/core';
import {
  IconBan,
  IconCheck,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
  IconRefresh,
  IconTrash,
  IconWebhook,
} from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RotatedWebhookSecret } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { AccountName } from '../../ui/account-name';
import { askBefore } from '../../ui/confirm';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone } from '../../ui/notify';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { RowMenu } from '../../ui/row-menu';
import { SecretDialog } from '../../ui/secret-dialog';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { useAction } from '../../ui/use-action';
import { Deliveries } from './deliveries';
import { WEBHOOKS, type CreatedWebhook, type Webhook } from './webhook';
import { WebhookEditor } from './webhook-editor';

type Opened =
  | { readonly what: 'edit'; readonly webhook: Webhook | null }
  | { readonly what: 'deliveries'; readonly webhook: Webhook };

/** Who is told of usage events, and whether they were. */
export function WebhooksPage() {
  const { t } = useTranslation('admin-webhooks');
  const [opened, setOpened] = useState<Opened | null>(null);
  const [secret, setSecret] = useState<CreatedWebhook | null>(null);
  const webhooks = usePages<Webhook>(WEBHOOKS);
  const test = useAction({
    send: ({ id }: Webhook) => api.post(`${WEBHOOKS}/${id}/test`),
    changes: [WEBHOOKS],
    onDone: (_, webhook) => {
      notifyDone(t('tested', { name: webhook.name }));
      setOpened({ what: 'deliveries', webhook });
    },
  });
  const setStatus = useAction({
    send: ({ id, status }: Pick<Webhook, 'id' | 'status'>) => api.patch<Webhook>(`${WEBHOOKS}/${id}`, { status }),
    changes: [WEBHOOKS],
    onDone: ({ name, status }) => {
      notifyDone(t(status === 'active' ? 'enabled' : 'disabled', { name }));
    },
  });
  const rotate = useAction({
    send: ({ id }: Webhook) => api.post<RotatedWebhookSecret>(`${WEBHOOKS}/${id}/rotate-secret`),
    changes: [],
    onDone: (rotated, webhook) => setSecret({ ...webhook, secret: rotated.secret }),
  });
  const remove = useAction({
    send: ({ id }: Webhook) => api.delete(`${WEBHOOKS}/${id}`),
    changes: [WEBHOOKS],
    onDone: (_, { name }) => {
      notifyDone(t('deleted', { name }));
    },
  });
  const ask = (what: 'disable' | 'rotate' | 'delete', { name }: Webhook, onConfirm: () => void) =>
    askBefore({
      title: t(`${what}.title`, { name }),
      message: t(`${what}.message`),
      confirm: t(`${what}.confirm`),
      cancel: t('cancel'),
      onConfirm,
    });
  const columns = webhookColumns(t, {
    edit: (webhook) => setOpened({ what: 'edit', webhook }),
    test: (webhook) => test.run(webhook),
    enable: ({ id }) => setStatus.run({ id, status: 'active' }),
    disable: (webhook) => ask('disable', webhook, () => setStatus.run({ id: webhook.id, status: 'disabled' })),
    rotate: (webhook) => ask('rotate', webhook, () => rotate.run(webhook)),
    delete: (webhook) => ask('delete', webhook, () => remove.run(webhook)),
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened({ what: 'edit', webhook: null })}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={create} />
      <Panel flush>
        <DataTable
          label={t('title')}
          columns={columns}
          {...pagedRows(webhooks)}
          rowKey={({ id }) => id}
          onOpen={(webhook) => setOpened({ what: 'deliveries', webhook })}
          empty={
            <EmptyState icon={IconWebhook} title={t('empty.title')} action={create}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      {opened?.what === 'edit' ? (
        <WebhookEditor webhook={opened.webhook} onClose={() => setOpened(null)} onCreated={setSecret} />
      ) : null}
      {opened?.what === 'deliveries' ? <Deliveries webhook={opened.webhook} onClose={() => setOpened(null)} /> : null}
      {secret ? (
        <SecretDialog
          title={t('secretOf', { name: secret.name })}
          secret={secret.secret}
          onClose={() => setSecret(null)}
        />
      ) : null}
    </>
  );
}

type WebhookActions = Readonly<
  Record<'edit' | 'test' | 'enable' | 'disable' | 'rotate' | 'delete', (webhook: Webhook) => void>
>;

function webhookColumns(t: TFunction<'admin-webhooks'>, on: WebhookActions): readonly Column<Webhook>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      cell: ({ name, url }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          <CellNote>{url}</CellNote>
        </>
      ),
    },
    {
      id: 'account',
      header: t('column.account'),
      cell: ({ accountId }) => (accountId === null ? t('allAccounts') : <AccountName id={accountId} />),
    },
    {
      id: 'events',
      header: t('column.events'),
      cell: ({ events }) => events.map((event) => t(`event.${event}`)).join(', '),
    },
    {
      id: 'status',
      header: t('column.status'),
      cell: ({ status, disabledReason, consecutiveFailures }) => (
        <>
          <StatusBadge tone={status === 'disabled' ? 'neutral' : consecutiveFailures > 0 ? 'warning' : 'good'}>
            {t(`status.${status}`)}
          </StatusBadge>
          {disabledReason === null ? null : <CellNote>{disabledReason}</CellNote>}
          {consecutiveFailures === 0 ? null : <CellNote>{t('failures', { count: consecutiveFailures })}</CellNote>}
        </>
      ),
    },
    {
      id: 'last',
      header: t('column.last'),
      cell: ({ lastDeliveryAt }) => <Time at={lastDeliveryAt} format="relative" />,
    },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (webhook) => (
        <RowMenu
          label={t('actionsOf', { name: webhook.name })}
          actions={[
            { label: t('action.test'), icon: IconPlayerPlay, onClick: () => on.test(webhook) },
            { label: t('action.edit'), icon: IconPencil, onClick: () => on.edit(webhook) },
            { label: t('action.rotate'), icon: IconRefresh, onClick: () => on.rotate(webhook) },
            webhook.status === 'active'
              ? { label: t('action.disable'), icon: IconBan, onClick: () => on.disable(webhook) }
              : { label: t('action.enable'), icon: IconCheck, onClick: () => on.enable(webhook) },
            { label: t('action.delete'), icon: IconTrash, isDangerous: true, onClick: () => on.delete(webhook) },
          ]}
        />
      ),
    },
  ];
}
