import { join, resolve } from 'node:path';
import { str } from 'envalid';
import { readSettings, sharedSettings, SettingsError } from '@code-router/config';
import { openTransport } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import { startFailure } from '@code-router/service';

/**
 * `npm run replay-events`, for operators: has usage events delivered again that a consumer could not handle, once what
 * was wrong is repaired. `--list` only shows them; numbers are the ids of those that are wanted, all without.
 *
 * It reads `NATS_URL`; without it `DATABASE_URL`, or the embedded PostgreSQL of `CODE_ROUTER_DATA_DIR`, which has to run.
 */
const LISTED_MAX = 200;

try {
  const settings = readSettings({
    ...sharedSettings,
    CODE_ROUTER_DATA_DIR: str({ default: './data', desc: 'where the embedded PostgreSQL keeps its data' }),
  });
  const words = process.argv.slice(2);
  const ids = words.filter((word) => word !== '--list');
  const wrong = ids.find((id) => !/^[1-9]\d{0,15}$/.test(id));
  if (wrong !== undefined) throw new SettingsError(`"${wrong}" is no id of a dead letter; --list shows them`);
  const transport = await openTransport(
    {
      databaseUrl: settings.NATS_URL ? '' : await databaseUrl(settings),
      ...(settings.NATS_URL ? { natsUrl: settings.NATS_URL } : {}),
    },
    'replay-events',
  );
  try {
    if (words.includes('--list')) {
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
} catch (error) {
  process.stderr.write(`Nothing was replayed: ${startFailure(error)}\n`);
  process.exitCode = 1;
}

async function databaseUrl(settings: { DATABASE_URL?: string | undefined; CODE_ROUTER_DATA_DIR: string }) {
  if (settings.DATABASE_URL) return settings.DATABASE_URL;
  try {
    return await EmbeddedPostgres.urlOf(join(resolve(settings.CODE_ROUTER_DATA_DIR), 'postgresql'));
  } catch (error) {
    throw new SettingsError('neither NATS_URL nor DATABASE_URL is set, and no embedded PostgreSQL runs', {
      cause: error,
    });
  }
}
