import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildProgram, freePort, waitFor } from '@code-router/testing';
import { BENCH_DIRECTORY } from '../bench-directory.js';
import type { Target } from './target.js';
import type { Upstream } from './upstream.js';

const DIRECTORY = join(BENCH_DIRECTORY, '.portkey');
const PROGRAM = join(DIRECTORY, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
const INSTALL_MS_MAX = 120_000;

/** With the newest versions of these its streaming breaks. */
const MANIFEST = `${JSON.stringify(
  {
    private: true,
    dependencies: { '@portkey-ai/gateway': '1.15.2' },
    overrides: { hono: '4.9.7', '@hono/node-server': '1.13.5', '@hono/node-ws': '1.2.0' },
  },
  null,
  2,
)}\n`;

/** Portkey could not be installed; the rest can be measured without it. */
export class PortkeyMissing extends Error {}

/**
 * Starts Portkey's gateway, which it installs first when it is not there: it is compared with, not depended on.
 *
 * @throws PortkeyMissing
 */
export async function startPortkey(upstream: Upstream): Promise<Target> {
  install();
  const port = await freePort();
  const program = await ChildProgram.start({
    name: 'portkey',
    command: process.execPath,
    args: [PROGRAM, `--port=${port}`, '--headless'],
    environment: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  try {
    await waitFor(async () => !program.running || (await fetch(`http://127.0.0.1:${port}/`)).ok, {
      timeoutMs: 15_000,
      what: 'Portkey to listen',
    });
    if (!program.running) throw program.failure('ended before it was ready');
  } catch (error) {
    await program.stop();
    throw error;
  }
  return {
    name: 'portkey',
    port,
    headers: {
      authorization: 'Bearer sk-bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream.url}/v1`,
    },
    edge: 'portkey',
    processes: [{ name: 'portkey', pid: program.pid }],
    stop: async () => void (await program.stop()),
  };
}

function install(): void {
  const manifest = join(DIRECTORY, 'package.json');
  if (existsSync(PROGRAM) && existsSync(manifest) && readFileSync(manifest, 'utf8') === MANIFEST) return;
  process.stdout.write('Installing @portkey-ai/gateway into bench/.portkey, to compare with.\n');
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(manifest, MANIFEST);
  const { status, stderr, error } = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: DIRECTORY, encoding: 'utf8', timeout: INSTALL_MS_MAX },
  );
  if (status === 0 && existsSync(PROGRAM)) return;
  const reason = error?.message ?? (stderr.trim().split('\n')[0] || 'npm install failed');
  throw new PortkeyMissing(`Portkey is left out: it could not be installed (${reason}).`);
}
