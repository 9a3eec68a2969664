/**
 * Starts the servers of a test run, writes their addresses as one line of JSON, and stops them when its standard input
 * ends: that happens when the run says so, and just as well when it crashed, was interrupted or was killed.
 */
import 'reflect-metadata';
import { startTestServers } from '@code-router/testing';
import { stopLeftovers } from './leftovers.js';

// Ctrl-C in a terminal is for the test run; what ends the servers is that the run has ended.
process.on('SIGINT', () => undefined);

const runEnded = new Promise<void>((resolve) => {
  process.stdin
    .once('end', resolve)
    .once('error', () => resolve())
    .resume();
});

const { stop, ...addresses } = await startTestServers().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
process.stdout.write(`${JSON.stringify(addresses)}\n`);
await runEnded;
await stopLeftovers(process.argv[2] ?? '');
await stop();
process.exit(0);
