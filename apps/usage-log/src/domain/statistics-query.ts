import {
  USAGE_GROUPINGS,
  USAGE_LATENCIES,
  USAGE_POINTS_MAX,
  USAGE_SERIES_MAX,
  type UsageGrouping,
  type UsageStatisticsRequest,
} from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { isPlainText } from './fields.js';
import { BUCKET_MS, readTimeSpan, type TimeSpan } from './time-span.js';
import { readKeys } from './usage-filters.js';

export interface StatisticsQuery extends TimeSpan {
  readonly groupBy: UsageGrouping;
  readonly withLatency: boolean;
  readonly accountId?: string | undefined;
  readonly keyIds?: readonly string[] | undefined;
  readonly model?: string | undefined;
  readonly channelId?: string | undefined;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function statisticsQuery(request: UsageStatisticsRequest): StatisticsQuery {
  const problems = new Problems();
  const { groupBy = 'none', latency = 'percentiles', accountId, model, channelId } = request;
  problems.expect(USAGE_GROUPINGS.includes(groupBy), 'groupBy', `must be one of ${USAGE_GROUPINGS.join(', ')}`);
  problems.expect(USAGE_LATENCIES.includes(latency), 'latency', `must be one of ${USAGE_LATENCIES.join(', ')}`);
  for (const [field, value] of Object.entries({ accountId, model, channelId })) {
    problems.expect(value === undefined || isPlainText(value), field, 'must be text');
  }
  const keyIds = readKeys(request, problems);
  const span = readTimeSpan(request, problems);
  problems.throwIfAny();
  // The bucket that `from` lies in belongs to the stretch: half of it cannot be told apart.
  const from = bucketStart(span.from, span.granularity);
  return { ...span, from, groupBy, withLatency: latency === 'percentiles', accountId, keyIds, model, channelId };
}

/** How many groups are shown by themselves: fewer where the chart would have more points than anybody can look at. */
export function seriesMax({ granularity, from, to }: TimeSpan): number {
  const buckets = Math.max(Math.ceil((to.getTime() - from.getTime()) / BUCKET_MS[granularity]), 1);
  // One more series holds what the others have.
  const fitting = Math.floor(USAGE_POINTS_MAX / buckets) - 1;
  return Math.min(Math.max(fitting, 1), USAGE_SERIES_MAX);
}

function bucketStart(moment: Date, granularity: TimeSpan['granularity']): Date {
  const start = new Date(moment);
  if (granularity === 'day') start.setUTCHours(0, 0, 0, 0);
  else start.setUTCMinutes(0, 0, 0);
  return start;
}
