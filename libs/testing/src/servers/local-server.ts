import type { ChildProgram } from '../processes/child-program.js';

export interface LocalServerOptions {
  /** Where it keeps its data; it exists. */
  readonly directory: string;
  /** A free one when absent. Starting again on the port and the directory of before is a restart. */
  readonly port?: number;
}

/** A server that this process started. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  readonly program: ChildProgram;
  stop(): Promise<void>;
}

export const READY_MS_MAX = 20_000;

/** Another process may take a free port first. */
const ATTEMPTS_MAX = 3;

/** Tries again while the port is the free one that was found, and not the one that was asked for. */
export async function retryOnAnotherPort<Value>(
  asked: number | undefined,
  findPort: () => Promise<number>,
  start: (port: number) => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(asked ?? (await findPort()));
    } catch (error) {
      const portTaken = error instanceof Error && /address already in use/i.test(error.message);
      if (asked !== undefined || !portTaken || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}
