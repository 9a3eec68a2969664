import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '../processes/child-program.js';
import { waitFor } from '../wait-for.js';

export interface BuiltProgramOptions {
  readonly name: string;
  /** Below the build's folder, such as `apps/pricing/src/main.js`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where it serves its health, `http://127.0.0.1:<port>`. */
  readonly baseUrl: string;
  /** What it writes when there is more to wait for than its health. */
  readonly readyLine?: RegExp;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How long a process may take to connect, to migrate and to listen, on a machine that is busy with other tests. */
const READY_MS_MAX = 150_000;

/**
 * Starts a program of the build with this process's own Node, and resolves when it says that it and all that it depends
 * on are ready. Of the environment it sees what it is given, and where programs and homes are.
 *
 * @throws Error with the program's last lines when it ends first, or is not ready in time; nothing of it is left running.
 */
export async function startBuiltProgram(options: BuiltProgramOptions): Promise<ChildProgram> {
  const { name, file, environment, baseUrl, readyLine, onLine } = options;
  const path = join(cloneDirectory(), 'dist', file);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  const program = await ChildProgram.start({
    name,
    command: process.execPath,
    args: [path],
    environment: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      // So that traces name the sources. Operators start programs without: maps of all that is loaded stay in memory.
      NODE_OPTIONS: '--enable-source-maps',
      // A run starts the same programs a hundred times, and to compile them is a quarter of a start. It goes with the build.
      NODE_COMPILE_CACHE: join(cloneDirectory(), 'dist', '.compiled'),
      ...environment,
    },
    ...(onLine ? { onLine } : {}),
  });
  try {
    await waitUntilReady(program, baseUrl);
    if (readyLine) await program.waitForLine(readyLine, READY_MS_MAX);
    return program;
  } catch (error) {
    await program.stop();
    throw error;
  }
}

async function waitUntilReady(program: ChildProgram, baseUrl: string): Promise<void> {
  let answer = 'no answer';
  const ready = waitFor(
    async () => {
      if (!program.running) return true;
      const response = await fetch(`${baseUrl}/health/ready`);
      answer = await response.text();
      return response.ok;
    },
    { timeoutMs: READY_MS_MAX, what: `${program.name} to be ready` },
  );
  await ready.catch(() => {
    throw program.failure(`was not ready after ${READY_MS_MAX} ms (${answer})`);
  });
  if (!program.running) throw program.failure('ended before it was ready');
}

/** The clone that this file lies in, whether this is the source or the build of it. */
function cloneDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}
