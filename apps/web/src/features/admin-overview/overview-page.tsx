import { Alert, Anchor, Stack } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerAudit, UsageNow, UsageStatistics } from '@code-router/contracts';
import { api } from '../../api/client';
import { useSystem } from '../../api/system';
import { Amount } from '../../ui/amount';
import { Figure, Figures } from '../../ui/figure';
import { marginShare } from '../../ui/margin';
import { formatCount, formatDuration, formatShare } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { NeedsAttention } from './needs-attention';
import { SpendChart } from './spend-chart';

const HOUR_MS = 3_600_000;
const REFETCH_MS = 30_000;

/** How the installation fares, in the last 24 hours and now. */
export function OverviewPage() {
  const { t } = useTranslation('admin-overview');
  const [from] = useState(() => new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 23 * HOUR_MS));
  const statistics = useQuery({
    queryKey: ['/api/usage/statistics', 'overview', from.toISOString()],
    queryFn: ({ signal }) =>
      api.get<UsageStatistics>('/api/usage/statistics', {
        query: {
          granularity: 'hour',
          groupBy: 'model',
          from: from.toISOString(),
          to: new Date(from.getTime() + 25 * HOUR_MS).toISOString(),
        },
        signal,
      }),
    refetchInterval: REFETCH_MS,
  });
  const now = useQuery({
    queryKey: ['/api/usage/now'],
    queryFn: ({ signal }) => api.get<UsageNow>('/api/usage/now', { signal }),
    refetchInterval: 10_000,
  });
  const system = useSystem();
  const totals = statistics.data?.totals;
  const share = totals && totals.costNanos !== '0' ? marginShare(totals.amountNanos, totals.costNanos) : null;
  const lagMs = system.data ? Math.max(0, ...system.data.consumers.map((consumer) => consumer.lagMs ?? 0)) : undefined;
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        {statistics.error ? <ErrorState error={statistics.error} onRetry={() => void statistics.refetch()} /> : null}
        <Figures>
          <Figure
            label={t('requests')}
            value={totals ? formatCount(totals.requests) : undefined}
            note={now.data ? t('perMinute', { count: formatCount(now.data.requestsPerMinute) }) : undefined}
          />
          <Figure label={t('spend')} value={totals ? <Amount nanos={totals.amountNanos} /> : undefined} />
          <Figure
            label={t('margin')}
            value={totals ? (share === null ? '—' : formatShare(share)) : undefined}
            note={share === null ? t('marginUnknown') : undefined}
          />
          <Figure
            label={t('errors')}
            value={totals ? formatShare(totals.requests === 0 ? 0 : totals.failures / totals.requests) : undefined}
            note={totals ? t('failed', { count: totals.failures }) : undefined}
          />
          <Figure
            label={t('latency')}
            value={totals ? duration(totals.latencyMsP50) : undefined}
            note={totals ? t('p95', { duration: duration(totals.latencyMsP95) }) : undefined}
          />
          <Figure
            label={t('queueLag')}
            value={system.error ? '—' : lagMs === undefined ? undefined : formatDuration(lagMs)}
            note={
              <Anchor inherit renderRoot={(props) => <Link to="/admin/queue" {...props} />}>
                {t('toQueue')}
              </Anchor>
            }
          />
          <Figure
            label={t('settlementLag')}
            value={
              system.error ? '—' : system.data ? duration(system.data.gateway.oldestUnconfirmedMs ?? 0) : undefined
            }
            note={system.data ? t('unconfirmed', { count: system.data.gateway.unconfirmed }) : undefined}
          />
        </Figures>
        <Invariants />
        <Panel title={t('chart')}>
          {statistics.isLoading ? <LoadingRows /> : null}
          {statistics.data ? <SpendChart statistics={statistics.data} from={from} /> : null}
        </Panel>
        <NeedsAttention />
      </Stack>
    </>
  );
}

function duration(ms: number | null): string {
  return ms === null ? '—' : formatDuration(ms);
}

/** Whether the books are right, in a line that leads to the checks. */
function Invariants() {
  const { t } = useTranslation('admin-overview');
  const { data, error, refetch } = useQuery({
    queryKey: ['/api/audit'],
    queryFn: ({ signal }) => api.get<LedgerAudit>('/api/audit', { signal }),
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const holds = Object.values(data).every((count) => count === 0);
  return (
    <Alert
      color={holds ? 'teal' : 'red'}
      role={holds ? 'status' : 'alert'}
      icon={holds ? <IconCircleCheck size={18} /> : <IconAlertTriangle size={18} />}
      title={holds ? t('allHold') : t('broken')}
    >
      <Anchor size="sm" c="inherit" underline="always" renderRoot={(props) => <Link to="/admin/ledger" {...props} />}>
        {t('toLedger')}
      </Anchor>
    </Alert>
  );
}
