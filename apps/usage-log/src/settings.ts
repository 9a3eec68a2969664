import { str } from 'envalid';

export const usageLogSettings = {
  USAGE_LOG_ROLE: str({
    choices: ['all', 'consumer', 'worker'] as const,
    default: 'all' as const,
    desc: 'consumer: reads the event log and answers queries; worker: records; all: both in this process',
  }),
} as const;
