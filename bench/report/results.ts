import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_DIRECTORY } from '../bench-directory.js';

/** Writes what was measured as JSON into `bench/results`, and returns a line that says where. */
export function writeResults(mode: string, results: object): string {
  const directory = join(BENCH_DIRECTORY, 'results');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${mode}.json`);
  const json = JSON.stringify(
    results,
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    2,
  );
  writeFileSync(path, `${json}\n`);
  return `Everything that was measured: ${path}`;
}
