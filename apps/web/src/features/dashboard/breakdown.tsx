import { Group, SegmentedControl, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageNow } from '@code-router/contracts';
import { BreakdownChart, type Metric } from './breakdown-chart';
import { RANGES, rangePeriod, type Range } from './ranges';
import { useStatistics } from './use-statistics';
import { api } from '../../api/client';
import type { CurrentAccount } from '../../api/session';
import { Figure, Figures } from '../../ui/figure';
import { formatCompact, formatCount, formatDuration, formatShare } from '../../ui/number-format';
import { ErrorState } from '../../ui/states';
import { useNow } from '../../ui/use-now';

const NOW_MS = 5_000;
const METRICS: readonly Metric[] = ['spent', 'requests', 'tokens'];

/** What was asked of the gateway in a period that is chosen, in figures and by model and key. */
export function Breakdown({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('dashboard');
  const now = useNow();
  const [range, setRange] = useState<Range>('month');
  const [metric, setMetric] = useState<Metric>('spent');
  const { data, error, refetch } = useStatistics(account, rangePeriod(range, now));
  const { data: lastMinute = null } = useQuery({
    queryKey: [`${account.path}/usage/now`],
    queryFn: ({ signal }) => api.get<UsageNow>(`${account.path}/usage/now`, { signal }),
    refetchInterval: NOW_MS,
  });
  const totals = data?.totals;
  const latency = totals?.latencyMsP95 ?? null;
  return (
    <>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
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
          note={lastMinute && t('now.requests', { count: lastMinute.requestsPerMinute })}
        />
        <Figure
          label={t('figure.tokens')}
          value={totals && formatCompact((BigInt(totals.inputTokens) + BigInt(totals.outputTokens)).toString())}
          note={lastMinute && t('now.tokens', { count: lastMinute.tokensPerMinute })}
        />
        <Figure
          label={t('figure.errors')}
          value={totals && formatShare(totals.requests === 0 ? 0 : totals.failures / totals.requests)}
          note={totals ? t('failed', { count: totals.failures }) : null}
        />
        <Figure
          label={t('figure.latency')}
          value={totals && (totals.latencyMsP50 === null ? '—' : formatDuration(totals.latencyMsP50))}
          note={latency === null ? null : t('figure.p95', { duration: formatDuration(latency) })}
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
    </>
  );
}
