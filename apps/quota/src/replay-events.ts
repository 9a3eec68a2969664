import { readSettings, sharedSettings, SettingsError, type Infrastructure } from '@code-router/config';
import { openTransport } from '@code-router/messaging';
import { operatorDatabaseSettings, withOperatorDatabase } from '@code-router/postgres';
import { startFailure } from '@code-router/service';

/**
 * `npm run replay-events`, for operators: has usage events delivered again that a consumer could not handle, once what
 * was wrong is repaired. `--list` only shows them; numbers are the ids of those that are wanted, all without.
 *
 * It reads `NATS_URL`; without it `DATABASE_URL`, or the embedded PostgreSQL of `CODE_ROUTER_DATA_DIR`.
 */
const LISTED_MAX = 200;

try {
  const settings = readSettings({ ...sharedSettings, ...operatorDatabaseSettings });
  const words = process.argv.slice(2);
  const ids = words.filter((word) => word !== '--list');
  const wrong = ids.find((id) => !/^[1-9]\d{0,15}$/.test(id));
  if (wrong !== undefined) throw new SettingsError(`"${wrong}" is no id of a dead letter; --list shows them`);
  await (settings.NATS_URL
    ? replay({ databaseUrl: '', natsUrl: settings.NATS_URL }, words.includes('--list'), ids)
    : withOperatorDatabase(settings, (databaseUrl) => replay({ databaseUrl }, words.includes('--list'), ids)));
} catch (error) {
  process.stderr.write(`Nothing was replayed: ${startFailure(error)}\n`);
  process.exitCode = 1;
}

async function replay(infrastructure: Infrastructure, onlyList: boolean, ids: readonly string[]): Promise<void> {
  const transport = await openTransport(infrastructure, 'replay-events');
  try {
    if (onlyList) {
      for (const { id, consumer, reason, failedAt, event } of await transport.deadLetters.list(LISTED_MAX)) {
        process.stdout.write(`${JSON.stringify({ id, consumer, reason, failedAt, event })}\n`);
      }
    } else {
      const replayed = await transport.deadLetters.replay(ids.length > 0 ? ids : undefined);
      process.stdout.write(`${replayed} events are delivered again.\n`);
    }
  } finally {
    await transport.close();
  }
}
