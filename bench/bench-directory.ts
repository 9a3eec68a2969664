import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `bench` of the clone that this file's build lies in: where results are written and Portkey is installed. */
export const BENCH_DIRECTORY = join(cloneOf(dirname(fileURLToPath(import.meta.url))), 'bench');

function cloneOf(directory: string): string {
  return existsSync(join(directory, 'package.json')) ? directory : cloneOf(dirname(directory));
}
