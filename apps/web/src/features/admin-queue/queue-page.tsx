import { Button, Stack } from '@mantine/core';
import { IconExternalLink, IconStack } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { UsageDeadLetter } from '@code-router/contracts';
import { useSystem, type Consumer } from '../../api/system';
import { DataTable, type Column } from '../../ui/data-table';
import { Figure, Figures } from '../../ui/figure';
import { formatBytes, formatCount, formatDuration } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState } from '../../ui/states';
import { LettersPanel } from './letters-panel';

/** An event that a reader of the event log could not handle, before it came into any queue. */
interface EventLetter {
  readonly id: string;
  readonly consumer: string;
  readonly reason: string;
  readonly failedAt: string;
}

/** What waits between a request and its record, and what could not be recorded. */
export function QueuePage() {
  const { t } = useTranslation('admin-queue');
  const system = useSystem();
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
        <LettersPanel<UsageDeadLetter>
          id="records"
          path="/api/usage/dead-letters"
          title={t('letters.title')}
          description={t('letters.description')}
          emptyNext={t('letters.emptyNext')}
          noteOf={({ eventIds }) => eventIds.join(', ')}
          moreColumns={[
            {
              id: 'attempts',
              header: t('letters.attempts'),
              align: 'end',
              cell: ({ attempts }) => formatCount(attempts),
            },
          ]}
        />
        <LettersPanel<EventLetter>
          id="events"
          path="/api/system/dead-letters"
          title={t('events.title')}
          description={t('events.description')}
          emptyNext={t('events.emptyNext')}
          noteOf={({ consumer }) => consumer}
        />
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
