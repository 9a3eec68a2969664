import { bool, str } from 'envalid';
import { readSettings, wholeNumber } from '@code-router/config';

export const usageLogSettings = {
  USAGE_LOG_ROLE: str({
    choices: ['all', 'consumer', 'worker'] as const,
    default: 'all' as const,
    desc: 'consumer: reads the event log and answers queries; worker: records; all: both in this process',
  }),
  CODE_ROUTER_USAGE_RETENTION_MONTHS: wholeNumber({ min: 1, max: 1_200 })({
    default: undefined,
    desc: 'how many whole months before the current one usage records are kept; unset: for ever',
  }),
  CODE_ROUTER_RECORD_CLIENT_IP: bool({
    default: true,
    desc: 'whether usage events, and the records made of them, have the IP addresses of clients',
  }),
  CODE_ROUTER_USAGE_QUEUE_MAX: wholeNumber({ min: 1, max: 1_000_000 })({
    default: 500,
    desc: 'how many jobs, of at most 1,024 events each, may wait to be recorded before the event log is read no further',
  }),
  CODE_ROUTER_JOB_LOCK_SECONDS: wholeNumber({ min: 1, max: 3_600 })({
    default: 30,
    desc: 'how long the jobs of a worker that died, or stands still, wait before another one may take them, in seconds',
  }),
} as const;

export function readUsageLogSettings() {
  return readSettings(usageLogSettings);
}
