import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import classes from './stacked-bars.module.css';

/** In this order; what comes after is grey. Chosen to be told apart by people who do not see red or green. */
const COLORS = ['pine.6', '#5b7fd6', '#d29a3a', '#9a6dd0', '#cc6680', '#3f9bb8', '#8a9a3d'];
const COLOR_OF_OTHERS = 'gray.5';

export interface BarSeries {
  readonly id: string;
  readonly name: string;
  /** One value for each bar, in their order. */
  readonly values: readonly number[];
  /** Grey: what is summed up. */
  readonly isRest?: boolean;
}

export interface StackedBarsProps {
  /** What the chart shows, for people who cannot see it. */
  readonly label: string;
  /** What stands below each bar. */
  readonly bars: readonly string[];
  readonly series: readonly BarSeries[];
  readonly formatValue: (value: number) => string;
  readonly height?: number;
}

export function StackedBars({ label, bars, series, formatValue, height }: StackedBarsProps) {
  const data = bars.map((bar, index) => ({
    bar,
    ...Object.fromEntries(series.map(({ id, values }) => [id, values[index] ?? 0])),
  }));
  return (
    <figure className={classes.figure} aria-label={label}>
      <BarChart
        h={height}
        data={data}
        dataKey="bar"
        type="stacked"
        series={series.map(({ id, name, isRest }, index) => ({
          name: id,
          label: name,
          color: isRest ? COLOR_OF_OTHERS : (COLORS[index] ?? COLOR_OF_OTHERS),
        }))}
        valueFormatter={formatValue}
        withLegend={series.length > 1}
        legendProps={{ verticalAlign: 'bottom' }}
        tickLine="none"
        strokeDasharray="0"
        gridColor="var(--cr-line)"
        textColor="dimmed"
        maxBarWidth={28}
        yAxisProps={{ width: 'auto', tickCount: 4 }}
        xAxisProps={{ minTickGap: 24, interval: 'equidistantPreserveStart' }}
        tooltipProps={{ wrapperStyle: { zIndex: 10 } }}
      />
    </figure>
  );
}
