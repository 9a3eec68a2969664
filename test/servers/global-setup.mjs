/** Jest's globalSetup: starts the servers that the tests of this run share, unless their addresses were given. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ADDRESSES = ['TEST_DATABASE_URL', 'TEST_NATS_URL', 'TEST_REDIS_URL'];

export default async function startServers() {
  if (ADDRESSES.every((name) => process.env[name])) return;
  const runId = randomUUID();
  // A session of its own: Ctrl-C must not reach the supervisor before the tests have let go of their servers.
  const supervisor = spawn(
    process.execPath,
    ['--import', file('./typescript-loader.mjs'), file('./supervisor.ts'), runId],
    // Its own environment has no run id: else it would be found among what the tests left behind.
    { detached: true, stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const addresses = await new Promise((resolve, reject) => {
    createInterface({ input: supervisor.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    supervisor.once('error', reject);
    supervisor.once('exit', () => reject(new Error('The servers for the tests did not start; the reason is above.')));
  });
  process.env.CODE_ROUTER_TEST_RUN = runId;
  process.env.TEST_DATABASE_URL ??= addresses.databaseUrl;
  process.env.TEST_NATS_URL ??= addresses.natsUrl;
  process.env.TEST_REDIS_URL ??= addresses.redisUrl;
  supervisor.unref();
  globalThis.testServersSupervisor = supervisor;
}

function file(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
