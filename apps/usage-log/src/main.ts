import { readSettings } from '@code-router/config';
import { runService, startFailure } from '@code-router/service';
import { usageLogSettings } from './settings.js';
import { USAGE_LOG_ROLES } from './usage-log.module.js';

try {
  const { USAGE_LOG_ROLE: role } = readSettings(usageLogSettings, process.env, 'usage-log');
  await runService({ name: 'usage-log', module: USAGE_LOG_ROLES[role], portDefault: 3003 });
} catch (error) {
  process.stderr.write(`usage-log did not start: ${startFailure(error)}\n`);
  process.exit(1);
}
