import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { waitFor } from '@code-router/testing';
import type { Environment } from '../targets/code-router.js';
import type { MeasuredProcess } from './proc.js';

const PROGRAM = fileURLToPath(new URL('../programs/report-heap.js', import.meta.url));

/** What a process holds after garbage collection, in bytes. */
export interface HeapReading {
  readonly heapUsed: number;
  /** Buffers, which are not on the heap. */
  readonly external: number;
}

/** Reads the live heap of processes that were started with its environment. */
export class HeapReader {
  constructor(private readonly file: string) {}

  get environment(): Environment {
    return {
      NODE_OPTIONS: `--import=${pathToFileURL(PROGRAM).href}`,
      CODE_ROUTER_BENCH_HEAP_FILE: this.file,
    };
  }

  async read({ pid, name }: MeasuredProcess): Promise<HeapReading> {
    const before = this.readingsOf(pid).length;
    process.kill(pid, 'SIGUSR2');
    return waitFor(() => this.readingsOf(pid)[before], { what: `${name} to tell of its heap` });
  }

  private readingsOf(pid: number): readonly HeapReading[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as HeapReading & { pid: number }).filter((line) => line.pid === pid);
  }
}
