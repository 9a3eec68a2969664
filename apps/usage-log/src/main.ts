import { FastifyAdapter } from '@nestjs/platform-fastify';
import { readSettings } from '@code-router/config';
import { runService, startFailure } from '@code-router/service';
import { usageLogSettings } from './settings.js';
import { USAGE_LOG_ROLES } from './usage-log.module.js';

try {
  const { USAGE_LOG_ROLE: role } = readSettings(usageLogSettings, process.env, 'usage-log');
  await runService({
    name: 'usage-log',
    module: USAGE_LOG_ROLES[role],
    portDefault: 3003,
    // Whoever opens the pages of the queues comes through a gateway, or an ingress, that says who it is and what it asked
    // for; nobody else reaches this port, and without an administrator's session nothing there.
    createAdapter: () => new FastifyAdapter({ trustProxy: (_address: string, hop: number) => hop < 1 }),
  });
} catch (error) {
  process.stderr.write(`usage-log did not start: ${startFailure(error)}\n`);
  process.exit(1);
}
