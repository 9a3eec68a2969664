import { useQuery } from '@tanstack/react-query';
import type { UsageStatistics } from '@code-router/contracts';
import { api } from '../../api/client';

const HOUR_MS = 3_600_000;

export interface ChannelSums {
  readonly requests: number;
  readonly amountNanos: bigint;
  readonly costNanos: bigint;
}

/** What each channel earned and cost in the last 24 hours, by its id. */
export function useChannelMargins() {
  return useQuery({
    queryKey: ['/api/usage/statistics', 'channels'],
    queryFn: async ({ signal }) => {
      const now = Date.now();
      const { series } = await api.get<UsageStatistics>('/api/usage/statistics', {
        query: {
          granularity: 'hour',
          groupBy: 'channel',
          latency: 'none',
          from: new Date(now - 24 * HOUR_MS).toISOString(),
          to: new Date(now + HOUR_MS).toISOString(),
        },
        signal,
      });
      return new Map(series.map(({ group, points }) => [group?.id ?? '', sumOf(points)]));
    },
    refetchInterval: 60_000,
  });
}

function sumOf(points: UsageStatistics['series'][number]['points']): ChannelSums {
  return points.reduce<ChannelSums>(
    (sum, point) => ({
      requests: sum.requests + point.requests,
      amountNanos: sum.amountNanos + BigInt(point.amountNanos),
      costNanos: sum.costNanos + BigInt(point.costNanos),
    }),
    { requests: 0, amountNanos: 0n, costNanos: 0n },
  );
}
