/**
 * Loaded into a measured process by the soak with `--import`. On SIGUSR2 it collects garbage and appends what is left to
 * the file that CODE_ROUTER_BENCH_HEAP_FILE names, with the pid: what grows there is a leak, and not garbage to come.
 */
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const file = process.env['CODE_ROUTER_BENCH_HEAP_FILE'];

if (file !== undefined) {
  process.on('SIGUSR2', () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    appendFileSync(file, `${JSON.stringify({ pid: process.pid, heapUsed, external })}\n`);
  });
}
