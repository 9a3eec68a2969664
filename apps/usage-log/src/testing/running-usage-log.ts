import { getQueueToken } from '@nestjs/bullmq';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { Queue } from 'bullmq';
import type { DataSource } from 'typeorm';
import type { Infrastructure } from '@code-router/config';
import { ServiceClient, UsageEventLog } from '@code-router/messaging';
import { startService } from '@code-router/service';
import { testServers, waitFor } from '@code-router/testing';
import { UsageRecords } from '../domain/usage-records.js';
import { USAGE_QUEUE, type UsageJob } from '../messaging/usage-queue.js';
import { USAGE_LOG_ROLES } from '../usage-log.module.js';

export type RunningUsageLog = Awaited<ReturnType<typeof startUsageLog>>;

/** The usage log as one process of its own. Several of them on one database share the event log and the queue. */
export async function startUsageLog(infrastructure: Infrastructure, role: keyof typeof USAGE_LOG_ROLES = 'all') {
  const service = await startService({
    name: 'usage-log',
    modules: [USAGE_LOG_ROLES[role]],
    infrastructure,
    host: '127.0.0.1',
    port: 0,
  });
  const queue = service.app.get<Queue<UsageJob>>(getQueueToken(USAGE_QUEUE), { strict: false });
  return {
    service,
    url: service.url,
    client: service.app.get(ServiceClient),
    eventLog: service.app.get(UsageEventLog),
    records: service.app.get(UsageRecords, { strict: false }),
    dataSource: service.app.get<DataSource>(getDataSourceToken('usage-log'), { strict: false }),
    queue,
    /** Nothing waits to be recorded any more; failed jobs may be left. */
    async untilWorkedOff() {
      await waitFor(
        async () => {
          const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
          return Object.values(counts).every((count) => count === 0);
        },
        { what: 'the queue to be worked off', timeoutMs: 30_000 },
      );
    },
    stop: () => service.stop(),
  };
}

/**
 * A part of the Redis of the test run that nobody else uses: files run side by side, and would work off each other's jobs.
 * Taken are 8 (webhooks), 9 (usage events), 10 (back-pressure), 11 and 12 (recording) and 13 (the console's queue).
 */
export function redisUrl(database: number): string {
  const url = new URL(testServers().redisUrl);
  url.pathname = `/${database}`;
  return url.href;
}

const DURATIONS = `
  coalesce(sum(duration_mark(latency_ms)), 0) AS latency, coalesce(sum(duration_mark(first_byte_ms)), 0) AS first_byte`;
const COMPUTED_SUMS = `
  count(*) AS requests, count(*) FILTER (WHERE http_status >= 400 OR error_code IS NOT NULL) AS failures,
  count(*) FILTER (WHERE outcome = 'released') AS released, count(*) FILTER (WHERE outcome = 'orphaned') AS orphaned,
  sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(amount_nanos) AS amount_nanos,
  coalesce(sum(cost_nanos), 0) AS cost_nanos, ${DURATIONS}`;
const KEPT_SUMS = `
  requests, failures, released, orphaned, input_tokens, output_tokens, amount_nanos, cost_nanos, latency, first_byte`;

/** The roll-ups as they are kept, and as they follow from the records: equal, or the books are wrong. */
export async function keptAndComputedRollups(dataSource: DataSource, granularity: 'hour' | 'day') {
  // What an orphan left where its settlement was not is a row of zeros.
  const kept: unknown[] = await dataSource.query(`
    SELECT account_id, bucket, key_id, model, channel_id, ${KEPT_SUMS}
      FROM ${granularity === 'hour' ? 'usage_hourly' : 'usage_daily'} WHERE requests <> 0 ORDER BY 1, 2, 3, 4, 5`);
  const computed: unknown[] = await dataSource.query(`
    SELECT account_id, date_trunc('${granularity}', completed_at, 'UTC') AS bucket, key_id, model_asked AS model,
           channel_id, ${COMPUTED_SUMS}
      FROM usage_records GROUP BY 1, 2, 3, 4, 5 
     ORDER BY account_id COLLATE "C", 2, key_id COLLATE "C", model_asked COLLATE "C", channel_id COLLATE "C"`);
  return { kept, computed };
}

/** As {@link keptAndComputedRollups}, for the sums by one thing within another. */
export async function keptAndComputedLevels(dataSource: DataSource, granularity: 'hour' | 'day') {
  const kept: unknown[] = await dataSource.query(`
    SELECT level, scope, bucket, part, ${KEPT_SUMS}
      FROM ${granularity === 'hour' ? 'usage_hourly_levels' : 'usage_daily_levels'}
     WHERE requests <> 0 ORDER BY 1, 2, 3, 4`);
  const byDay =
    granularity === 'day' ? ', (4::smallint, account_id, model_asked), (7::smallint, account_id, key_id)' : '';
  const computed: unknown[] = await dataSource.query(`
    SELECT level, scope, date_trunc('${granularity}', completed_at, 'UTC') AS bucket, part, ${COMPUTED_SUMS}
      FROM usage_records
     CROSS JOIN LATERAL (VALUES (0::smallint, '', ''), (1::smallint, '', model_asked), (2::smallint, '', coalesce(channel_id, '')),
            (3::smallint, '', account_id), (6::smallint, model_asked, coalesce(channel_id, ''))${byDay}) AS levels (level, scope, part)
     GROUP BY 1, 2, 3, 4 ORDER BY level, scope COLLATE "C", 3, part COLLATE "C"`);
  return { kept, computed };
}
