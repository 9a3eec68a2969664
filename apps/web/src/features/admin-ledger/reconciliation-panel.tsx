import { Alert, Button, Drawer, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay, IconScale } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReconciliationRun } from '@code-router/contracts';
import { api } from '../../api/client';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { Facts } from '../../ui/facts';
import { notifyDone, notifyError } from '../../ui/notify';
import { formatCount } from '../../ui/number-format';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { StatusBadge, type Tone } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { formatTime } from '../../ui/time-format';
import { invalidate } from '../../ui/use-submit';

const TONES: Readonly<Record<ReconciliationRun['status'], Tone>> = {
  running: 'info',
  clean: 'good',
  repaired: 'warning',
  unexplained: 'bad',
  failed: 'bad',
};

const RUNS = '/api/reconciliation';
/** While a run is under way its progress is asked for. */
const POLL_MS = 2_000;

/** Each time that the usage log was compared with the ledger. */
export function ReconciliationPanel() {
  const { t } = useTranslation('admin-ledger');
  const { t: tUi } = useTranslation('ui');
  const [opened, setOpened] = useState<ReconciliationRun | null>(null);
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: [RUNS],
    queryFn: ({ signal }) => api.get<{ readonly items: readonly ReconciliationRun[] }>(RUNS, { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(({ finishedAt }) => finishedAt === null) ? POLL_MS : false),
  });
  const start = useMutation({
    mutationFn: () => api.post(RUNS, {}),
    onSuccess: async () => {
      await invalidate([RUNS]);
      notifyDone(t('runs.started'));
    },
    onError: notifyError,
  });
  const run = (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlayerPlay size={14} />}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      {t('runs.start')}
    </Button>
  );
  return (
    <Panel flush title={t('runs.title')} description={t('runs.description')} actions={run}>
      <DataTable
        label={t('runs.title')}
        columns={runColumns(t)}
        rows={data?.items ?? []}
        rowKey={({ id }) => id}
        onOpen={setOpened}
        isLoading={isLoading}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <EmptyState icon={IconScale} title={t('runs.empty')}>
            {t('runs.emptyNext')}
          </EmptyState>
        }
      />
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size="lg"
        title={t('runs.one')}
        closeButtonProps={{ 'aria-label': tUi('form.close') }}
      >
        {opened ? <RunDetails run={opened} /> : null}
      </Drawer>
    </Panel>
  );
}

function RunDetails({ run }: { readonly run: ReconciliationRun }) {
  const { t } = useTranslation('admin-ledger');
  return (
    <Stack gap="lg">
      {run.error === null ? null : <Alert color="red">{run.error}</Alert>}
      <Facts
        items={[
          [
            t('runs.status'),
            <StatusBadge key="status" tone={TONES[run.status]}>
              {t(`run.${run.status}`)}
            </StatusBadge>,
          ],
          [t('runs.period'), `${formatTime(run.from)} – ${formatTime(run.to)}`],
          [t('runs.startedAt'), <Time key="started" at={run.startedAt} format="exact" />],
          [t('runs.finishedAt'), <Time key="finished" at={run.finishedAt} format="exact" />],
          [t('runs.checked'), formatCount(run.checked)],
          [t('runs.missingRecords'), formatCount(run.missingRecords)],
          [t('runs.repaired'), formatCount(run.repaired)],
          [t('runs.missingCharges'), formatCount(run.missingCharges)],
          [t('runs.republished'), formatCount(run.republished)],
          [t('runs.unexplained'), formatCount(run.unexplained)],
        ]}
      />
      {run.details.length === 0 ? null : (
        <section>
          <Title order={3} mb="xs">
            {t('runs.details')}
          </Title>
          <Stack gap="xs">
            {run.details.map(({ kind, reservationId, repaired, explanation }) => (
              <div key={`${kind} ${reservationId} ${explanation}`}>
                <StatusBadge tone={repaired ? 'warning' : 'bad'}>{t(`finding.${kind}`)}</StatusBadge>
                <Text size="sm">{explanation}</Text>
                <CellNote>{reservationId ?? ''}</CellNote>
              </div>
            ))}
          </Stack>
        </section>
      )}
    </Stack>
  );
}

function runColumns(t: TFunction<'admin-ledger'>): readonly Column<ReconciliationRun>[] {
  const count = (
    id: 'checked' | 'missingRecords' | 'repaired' | 'missingCharges' | 'republished' | 'unexplained',
  ): Column<ReconciliationRun> => ({
    id,
    header: t(`runs.${id}`),
    align: 'end',
    cell: (run) => formatCount(run[id]),
  });
  return [
    { id: 'started', header: t('runs.startedAt'), cell: ({ startedAt }) => <Time at={startedAt} /> },
    {
      id: 'status',
      header: t('runs.status'),
      cell: ({ status }) => <StatusBadge tone={TONES[status]}>{t(`run.${status}`)}</StatusBadge>,
    },
    count('checked'),
    count('missingRecords'),
    count('repaired'),
    count('missingCharges'),
    count('republished'),
    count('unexplained'),
  ];
}
