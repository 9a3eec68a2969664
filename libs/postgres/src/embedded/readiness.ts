import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Recovery after a crash comes before the first connection, and replays up to a checkpoint's worth of changes. */
export const READY_MS_MAX = 120_000;

const POLL_MS = 25;

export type StartOutcome = 'ready' | 'ended' | 'timeout' | 'password refused';

/** Resolves as soon as the server accepts connections, or will not. */
export async function waitUntilReady(url: string, ended: Promise<void>): Promise<StartOutcome> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const deadline = Date.now() + READY_MS_MAX;
  while (Date.now() < deadline) {
    if (hasEnded) return 'ended';
    const refusal = await tryConnecting(url);
    if (refusal === undefined) return 'ready';
    if (refusal === '28P01') return 'password refused';
    await sleep(POLL_MS);
  }
  return 'timeout';
}

/** @returns the code of what went wrong; undefined when nothing did. */
async function tryConnecting(url: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    await client.end().catch(() => undefined);
  }
}
