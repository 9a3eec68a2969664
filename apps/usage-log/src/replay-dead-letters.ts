import { createBackendOfConnection, queueConnection, USAGE_QUEUE } from './messaging/usage-queue.js';
import { Queue } from 'bullmq';
import { readSettings, sharedSettings, SettingsError } from '@code-router/config';
import { startFailure } from '@code-router/service';

/**
 * For operators: hands every failed job to the workers again, once its cause is repaired. Jobs that fail again return to
 * the failed set. Replaying what was recorded in the meantime changes nothing.
 */
try {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = readSettings(sharedSettings);
  if (!databaseUrl) throw new SettingsError('DATABASE_URL is not set (the one of the usage log)');
  const connection = queueConnection({ databaseUrl, redisUrl });
  const queue = new Queue(USAGE_QUEUE, { connection }, createBackendOfConnection);
  queue.on('error', () => undefined);
  const failed = await queue.getFailedCount();
  await queue.retryJobs({ state: 'failed' });
  await queue.close();
  process.stdout.write(`${failed} failed jobs wait for the workers again.\n`);
} catch (error) {
  process.stderr.write(`Nothing was replayed: ${startFailure(error)}\n`);
  process.exit(1);
}
