import { Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { UsagePoint, UsageSeries } from '@code-router/contracts';
import classes from './breakdown-chart.module.css';
import { rangePeriod, type Range } from './ranges';
import { statisticsQuery } from '../../api/account-queries';
import type { CurrentAccount } from '../../api/session';
import { StackedBars, type BarSeries } from '../../ui/charts';
import { bucketsBetween, valuesOf } from '../../ui/charts/buckets';
import { formatCompact } from '../../ui/number-format';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { formatTime } from '../../ui/time-format';
import { useMoney } from '../../ui/use-money';
import { useNow } from '../../ui/use-now';

export type Metric = 'spent' | 'requests' | 'tokens';

export interface BreakdownChartProps {
  readonly account: CurrentAccount;
  readonly range: Range;
  readonly metric: Metric;
  readonly by: 'model' | 'key';
}

/** More would be colours that nobody tells apart; what is beyond is summed up. */
const SERIES_MAX = 6;

/** As a number for the height of a bar, for which a float is exact enough; sums are made of whole numbers. */
const VALUES: Readonly<Record<Metric, (point: UsagePoint) => bigint>> = {
  spent: ({ amountNanos }) => BigInt(amountNanos),
  requests: ({ requests }) => BigInt(requests),
  tokens: ({ inputTokens, outputTokens }) => BigInt(inputTokens) + BigInt(outputTokens),
};

export function BreakdownChart({ account, range, metric, by }: BreakdownChartProps) {
  const { t } = useTranslation('dashboard');
  const { format } = useMoney();
  const { from, to, granularity } = rangePeriod(range, useNow());
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...statisticsQuery(account.path, {
      from: from.toISOString(),
      to: to.toISOString(),
      granularity,
      groupBy: by,
      latency: 'none',
    }),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  const write = (value: bigint) => (metric === 'spent' ? format(value) : formatCompact(value.toString()));
  const ranked = rank(data?.series ?? [], metric, t('others'));
  const buckets = bucketsBetween(from, to, granularity);
  const title = t(`chart.${by}`, { metric: t(`metric.${metric}`) });
  return (
    <Panel title={title}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <LoadingRows rows={14} /> : null}
      {data && ranked.length === 0 ? (
        <Text c="dimmed" size="sm" py="xl" ta="center">
          {t('chart.empty')}
        </Text>
      ) : null}
      {ranked.length > 0 ? (
        <div data-stale={isPlaceholderData || undefined} className={classes.content}>
          <StackedBars
            label={title}
            bars={buckets.map((bucket) => formatTime(bucket, granularity))}
            series={ranked.map(({ id, name, points, isRest }): BarSeries => ({
              id,
              name,
              isRest,
              values: valuesOf(buckets, points, (point) => Number(VALUES[metric](point))),
            }))}
            formatValue={(value) => write(BigInt(Math.round(value)))}
          />
          <ol className={classes.ranking}>
            {ranked.map(({ id, name, sum, share }) => (
              <li key={id}>
                <span className={classes.name}>{name}</span>
                <span>{write(sum)}</span>
                <span className={classes.share}>{share}</span>
              </li>
            ))}
          </ol>
        </div>
      ) : null}
    </Panel>
  );
}

interface Ranked {
  readonly id: string;
  readonly name: string;
  readonly points: readonly UsagePoint[];
  readonly sum: bigint;
  readonly share: string;
  readonly isRest: boolean;
}

/** The largest series by a metric, and the others as one. */
function rank(series: readonly UsageSeries[], metric: Metric, others: string): readonly Ranked[] {
  const sumOf = (points: readonly UsagePoint[]) => points.reduce((sum, point) => sum + VALUES[metric](point), 0n);
  const summed = series
    .map(({ group, points }) => ({ id: group?.id ?? '', name: group?.name ?? '', points, sum: sumOf(points) }))
    .filter(({ sum }) => sum > 0n)
    .toSorted((a, b) => (a.sum < b.sum ? 1 : -1));
  const shown = summed.filter(({ id }) => id !== '*').slice(0, SERIES_MAX);
  const rest = summed.filter((one) => !shown.includes(one));
  const total = summed.reduce((sum, one) => sum + one.sum, 0n);
  const shareOf = (sum: bigint) => `${Number((sum * 1_000n) / (total === 0n ? 1n : total)) / 10}%`;
  return [
    ...shown.map((one) => ({ ...one, share: shareOf(one.sum), isRest: false })),
    ...(rest.length === 0
      ? []
      : [
          {
            id: 'rest',
            name: others,
            points: mergePoints(rest.flatMap(({ points }) => points)),
            sum: rest.reduce((sum, one) => sum + one.sum, 0n),
            share: shareOf(rest.reduce((sum, one) => sum + one.sum, 0n)),
            isRest: true,
          },
        ]),
  ];
}

function mergePoints(points: readonly UsagePoint[]): readonly UsagePoint[] {
  const byBucket = new Map<string, UsagePoint>();
  for (const point of points) {
    const known = byBucket.get(point.bucket);
    byBucket.set(
      point.bucket,
      known
        ? {
            ...known,
            requests: known.requests + point.requests,
            amountNanos: (BigInt(known.amountNanos) + BigInt(point.amountNanos)).toString(),
            inputTokens: (BigInt(known.inputTokens) + BigInt(point.inputTokens)).toString(),
            outputTokens: (BigInt(known.outputTokens) + BigInt(point.outputTokens)).toString(),
          }
        : point,
    );
  }
  return [...byBucket.values()];
}
