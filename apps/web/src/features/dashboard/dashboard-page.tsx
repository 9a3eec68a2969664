import { Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageNow } from '@code-router/contracts';
import { BreakdownChart, type Metric } from './breakdown-chart';
import { FirstSteps } from './first-steps';
import { ForecastNote } from './forecast-note';
import { RANGES, rangePeriod, spending, startOfToday, type Range } from './ranges';
import { accountQuery, statisticsQuery, useKeys } from '../../api/account-queries';
import { api } from '../../api/client';
import { useAccount, type CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { Figure, Figures } from '../../ui/figure';
import { NoAccount } from '../../ui/no-account';
import { formatCompact, formatCount, formatDuration, formatShare } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { ErrorState } from '../../ui/states';
import { useNow } from '../../ui/use-now';

export function DashboardPage() {
  const account = useAccount();
  return account ? <AccountDashboard key={account.accountId} account={account} /> : <NoAccount />;
}

const REFRESH_MS = 15_000;
const NOW_MS = 5_000;
const METRICS: readonly Metric[] = ['spent', 'requests', 'tokens'];

function AccountDashboard({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('dashboard');
  const now = useNow();
  const [range, setRange] = useState<Range>('month');
  const [metric, setMetric] = useState<Metric>('spent');
  const { data: balance = account.account } = useQuery(accountQuery(account.path));
  const keys = useKeys(account.path);
  const today = useStatistics(account, startOfToday(now));
  const month = useStatistics(account, rangePeriod('month', now));
  const chosen = useStatistics(account, rangePeriod(range, now));
  const lastMinute = useQuery({
    queryKey: [`${account.path}/usage/now`],
    queryFn: ({ signal }) => api.get<UsageNow>(`${account.path}/usage/now`, { signal }),
    refetchInterval: NOW_MS,
  });
  const spent = month.data && spending(month.data.series[0]?.points ?? [], now);
  const totals = chosen.data?.totals;
  const isNew = month.data?.totals.requests === 0;
  const error = month.error ?? chosen.error ?? today.error;
  return (
    <>
      <PageHeader title={t('title')} description={t('description', { account: account.account.name })} />
      <Stack gap="lg">
        {error ? <ErrorState error={error} onRetry={() => void month.refetch()} /> : null}
        <Figures>
          <Figure
            label={t('available')}
            value={<Amount nanos={balance.availableNanos} />}
            note={
              spent ? <ForecastNote availableNanos={balance.availableNanos} spentNanos={spent.weekNanos} /> : undefined
            }
          />
          <Figure label={t('held')} value={<Amount nanos={balance.heldNanos} />} note={t('heldNote')} />
          <Figure
            label={t('spent.today')}
            value={today.data && <Amount nanos={today.data.totals.amountNanos} />}
            note={today.data && t('requests', { count: today.data.totals.requests })}
          />
          <Figure label={t('spent.week')} value={spent && <Amount nanos={spent.weekNanos} />} />
          <Figure label={t('spent.month')} value={spent && <Amount nanos={spent.monthNanos} />} />
        </Figures>
        {isNew ? <FirstSteps hasKey={keys.items.length > 0} account={account} /> : null}
        <Group justify="space-between" gap="sm">
          <SegmentedControl
            size="xs"
            aria-label={t('metric.label')}
            data={METRICS.map((value) => ({ value, label: t(`metric.${value}`) }))}
            value={metric}
            onChange={(value) => setMetric(METRICS.find((name) => name === value) ?? 'spent')}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('range.label')}
            data={RANGES.map((value) => ({ value, label: t(`range.${value}`) }))}
            value={range}
            onChange={(value) => setRange(RANGES.find((name) => name === value) ?? 'month')}
          />
        </Group>
        <Figures>
          <Figure
            label={t('figure.requests')}
            value={totals && formatCount(totals.requests)}
            note={lastMinute.data && t('now.requests', { count: lastMinute.data.requestsPerMinute })}
          />
          <Figure
            label={t('figure.tokens')}
            value={totals && formatCompact((BigInt(totals.inputTokens) + BigInt(totals.outputTokens)).toString())}
            note={lastMinute.data && t('now.tokens', { count: lastMinute.data.tokensPerMinute })}
          />
          <Figure
            label={t('figure.errors')}
            value={totals && formatShare(totals.requests === 0 ? 0 : totals.failures / totals.requests)}
            note={totals && t('failed', { count: totals.failures })}
          />
          <Figure
            label={t('figure.latency')}
            value={totals && (totals.latencyMsP50 === null ? '—' : formatDuration(totals.latencyMsP50))}
            note={
              totals?.latencyMsP95 === null || totals?.latencyMsP95 === undefined
                ? undefined
                : t('figure.p95', { duration: formatDuration(totals.latencyMsP95) })
            }
          />
          <Figure
            label={t('figure.firstByte')}
            value={totals && (totals.firstByteMsP50 === null ? '—' : formatDuration(totals.firstByteMsP50))}
            note={t('figure.median')}
          />
        </Figures>
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <BreakdownChart account={account} range={range} metric={metric} by="model" />
          <BreakdownChart account={account} range={range} metric={metric} by="key" />
        </SimpleGrid>
        <Text size="xs" c="dimmed">
          {t('utc')}
        </Text>
      </Stack>
    </>
  );
}

function useStatistics(account: CurrentAccount, period: ReturnType<typeof rangePeriod>) {
  const { from, to, granularity } = period;
  return useQuery({
    ...statisticsQuery(account.path, { from: from.toISOString(), to: to.toISOString(), granularity }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}
