/** What the scripts have in common: where they are, and commands that succeed or end everything with one clear line. */
import { spawn, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command to its end and shows what it wrote only when it failed. */
export function run(command, args, { failure }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  process.stderr.write(stdout ?? '');
  process.stderr.write(stderr ?? '');
  fail(error ? `${failure} (${error.message})` : failure);
}

/** Runs a command beside others, and shows what it wrote only when it failed. @returns how to wait for its end. */
export function runBeside(command, args, { failure }) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => written.push(chunk));
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (status) => resolve({ status }));
  });
  return async () => {
    const { status, error } = await ended;
    if (status === 0) return;
    process.stderr.write(Buffer.concat(written));
    fail(error ? `${failure} (${error.message})` : failure);
  };
}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

export function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
