import { Box, Button, Progress, Text } from '@mantine/core';
import { IconBan, IconCheck, IconPlus, IconTicket } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CreatedRedemptionBatch, RedemptionBatch } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { Amount } from '../../ui/amount';
import { askBefore } from '../../ui/confirm';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone } from '../../ui/notify';
import { formatCount } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { RowMenu } from '../../ui/row-menu';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { useAction } from '../../ui/use-action';
import { CreateBatchDialog } from './create-batch-dialog';
import { NewCodesDialog } from './new-codes-dialog';

const BATCHES = '/api/redemption-batches';

/** Redemption codes, by the batches that they were made in. */
export function CodesPage() {
  const { t } = useTranslation('admin-codes');
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedRedemptionBatch | null>(null);
  const batches = usePages<RedemptionBatch>(BATCHES);
  const change = useAction({
    send: ({ id, status }: Pick<RedemptionBatch, 'id' | 'status'>) =>
      api.patch<RedemptionBatch>(`${BATCHES}/${id}`, { status }),
    changes: [BATCHES],
    onDone: ({ name, status }) => {
      notifyDone(t(status === 'active' ? 'enabled' : 'disabled', { name }));
    },
  });
  const columns = batchColumns(t, {
    enable: ({ id }) => change.run({ id, status: 'active' }),
    disable: ({ id, name }) =>
      askBefore({
        title: t('disable.title', { name }),
        message: t('disable.message'),
        confirm: t('disable.confirm'),
        cancel: t('cancel'),
        onConfirm: () => change.run({ id, status: 'disabled' }),
      }),
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
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
          {...pagedRows(batches)}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={IconTicket} title={t('empty.title')} action={create}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      {isCreating ? (
        <CreateBatchDialog
          onClose={() => setCreating(false)}
          onCreated={(batch) => {
            setCreating(false);
            setCreated(batch);
          }}
        />
      ) : null}
      {created ? <NewCodesDialog batch={created} onClose={() => setCreated(null)} /> : null}
    </>
  );
}

interface BatchActions {
  readonly enable: (batch: RedemptionBatch) => void;
  readonly disable: (batch: RedemptionBatch) => void;
}

function batchColumns(
  t: TFunction<'admin-codes'>,
  { enable, disable }: BatchActions,
): readonly Column<RedemptionBatch>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      cell: ({ name, author }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          <CellNote>{t('by', { author })}</CellNote>
        </>
      ),
    },
    {
      id: 'amount',
      header: t('column.amount'),
      align: 'end',
      cell: ({ amountNanos }) => <Amount nanos={amountNanos} />,
    },
    {
      id: 'redeemed',
      header: t('column.redeemed'),
      cell: ({ redeemedCount, codeCount, usesMax }) => (
        <Box miw={110}>
          {t('redeemedOf', { count: formatCount(redeemedCount), total: formatCount(codeCount * usesMax) })}
          <Progress
            value={(redeemedCount * 100) / (codeCount * usesMax)}
            size={4}
            mt={4}
            aria-label={t('column.redeemed')}
          />
        </Box>
      ),
    },
    { id: 'codes', header: t('column.codes'), align: 'end', cell: ({ codeCount }) => formatCount(codeCount) },
    {
      id: 'status',
      header: t('column.status'),
      cell: (batch) => (
        <StatusBadge tone={statusOf(batch) === 'active' ? 'good' : 'neutral'}>
          {t(`status.${statusOf(batch)}`)}
        </StatusBadge>
      ),
    },
    {
      id: 'expires',
      header: t('column.expires'),
      cell: ({ expiresAt }) => <Time at={expiresAt} absent={t('never')} />,
    },
    { id: 'created', header: t('column.created'), hideOnPhone: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (batch) => (
        <RowMenu
          label={t('actionsOf', { name: batch.name })}
          actions={[
            batch.status === 'active'
              ? { label: t('action.disable'), icon: IconBan, isDangerous: true, onClick: () => disable(batch) }
              : { label: t('action.enable'), icon: IconCheck, onClick: () => enable(batch) },
          ]}
        />
      ),
    },
  ];
}

function statusOf({ status, expiresAt, redeemedCount, codeCount, usesMax }: RedemptionBatch) {
  if (status === 'disabled') return 'disabled';
  if (redeemedCount >= codeCount * usesMax) return 'used';
  return expiresAt !== null && new Date(expiresAt) < new Date() ? 'expired' : 'active';
}
