import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
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
/** It reads the whole ledger, which nobody who opens the page should wait for each time. */
const AUDIT_AGE_SECONDS_MAX = 300;

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
  const audit = useQuery({
    queryKey: ['/api/audit', 'recent'],
    queryFn: ({ signal }) =>
      api.get<LedgerAudit>('/api/audit', { query: { maxAgeSeconds: AUDIT_AGE_SECONDS_MAX }, signal }),
  });
  const totals = statistics.data?.totals;
  const share = totals && totals.costNanos !== '0' ? marginShare(totals.amountNanos, totals.costNanos) : null;
  const lagMs = system.data ? Math.max(0, ...system.data.consumers.map((consumer) => consumer.lagMs ?? 0)) : undefined;
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        {statistics.error ? <ErrorState error={statistics.error} onRetry={() => void statistics.refetch()} /> : null}
        <Figures byFour>
          <Figure
            label={t('requests')}
            value={totals ? formatCount(totals.requests) : undefined}
            note={now.data ? t('perMinute', { count: formatCount(now.data.requestsPerMinute) }) : null}
          />
          <Figure label={t('spend')} value={totals ? <Amount nanos={totals.amountNanos} /> : undefined} />
          <Figure
            label={t('margin')}
            value={totals ? (share === null ? '—' : formatShare(share)) : undefined}
            note={totals === undefined ? null : share === null ? t('marginUnknown') : t('marginNote')}
          />
          <Figure
            label={t('errors')}
            value={totals ? formatShare(totals.requests === 0 ? 0 : totals.failures / totals.requests) : undefined}
            note={totals ? t('failed', { count: totals.failures }) : null}
          />
          <Figure
            label={t('latency')}
            value={totals ? duration(totals.latencyMsP50) : undefined}
            note={totals ? t('p95', { duration: duration(totals.latencyMsP95) }) : null}
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
            note={system.data ? t('unconfirmed', { count: system.data.gateway.unconfirmed }) : null}
          />
          <Books audit={audit.data} />
        </Figures>
        {audit.error ? <ErrorState error={audit.error} onRetry={() => void audit.refetch()} /> : null}
        {audit.data && !isRight(audit.data) ? <BrokenBooks /> : null}
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

/** Whether the books are right, which leads to the checks. */
function Books({ audit }: { readonly audit: LedgerAudit | undefined }) {
  const { t } = useTranslation('admin-overview');
  const value =
    audit &&
    (isRight(audit) ? (
      <Text span inherit c="var(--cr-good)">
        {t('allHold')}
      </Text>
    ) : (
      <Text span inherit c="var(--cr-bad)">
        {t('wrong')}
      </Text>
    ));
  return (
    <Figure
      label={t('books')}
      value={value}
      note={
        <Anchor inherit renderRoot={(props) => <Link to="/admin/ledger" {...props} />}>
          {audit && isRight(audit) ? t('booksNote') : t('toLedger')}
        </Anchor>
      }
    />
  );
}

function isRight(audit: LedgerAudit): boolean {
  return Object.values(audit).every((count) => count === 0);
}

/** What nobody may overlook. */
function BrokenBooks() {
  const { t } = useTranslation('admin-overview');
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} title={t('broken')}>
      <Anchor size="sm" c="inherit" underline="always" renderRoot={(props) => <Link to="/admin/ledger" {...props} />}>
        {t('toLedger')}
      </Anchor>
    </Alert>
  );
}
