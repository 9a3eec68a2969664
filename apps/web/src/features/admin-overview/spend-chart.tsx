import { useTranslation } from 'react-i18next';
import type { UsageStatistics } from '@code-router/contracts';
import { StackedBars, type BarSeries } from '../../ui/charts';
import { EmptyState } from '../../ui/states';
import { formatTime } from '../../ui/time-format';
import { useMoney } from '../../ui/use-money';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const SERIES_SHOWN = 6;

export interface SpendChartProps {
  readonly statistics: UsageStatistics;
  readonly from: Date;
}

/** What each hour earned, by model. Heights are approximate by nature; the words beside them are exact. */
export function SpendChart({ statistics, from }: SpendChartProps) {
  const { t } = useTranslation('admin-overview');
  const { format } = useMoney();
  const hours = Array.from({ length: HOURS }, (_, index) => new Date(from.getTime() + index * HOUR_MS).toISOString());
  const places = new Map(hours.map((hour, index) => [hour, index]));
  const series = statistics.series.slice(0, SERIES_SHOWN).map(({ group, points }): BarSeries => {
    const values = hours.map(() => 0);
    for (const { bucket, amountNanos } of points) {
      const place = places.get(new Date(bucket).toISOString());
      if (place !== undefined) values[place] = Number(amountNanos);
    }
    return { id: (group?.id ?? 'all').replaceAll('.', '·'), name: group?.name ?? '', values };
  });
  if (series.length === 0) return <EmptyState title={t('noRequests')}>{t('noRequestsNext')}</EmptyState>;
  return (
    <StackedBars
      label={t('chart')}
      bars={hours.map((hour) => formatTime(hour, 'hour'))}
      series={series}
      formatValue={(value) => format(BigInt(Math.round(value)))}
    />
  );
}
