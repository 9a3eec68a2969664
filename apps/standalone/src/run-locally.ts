import { setTimeout as sleep } from 'node:timers/promises';
import { startFailure } from '@code-router/service';
import { Interruption } from './interruption.js';

/** A form of Code Router that was started on this machine. */
export interface Started {
  readonly banner: string;
  /** Resolves, to a sentence that says what happened, when it can no longer go on. */
  readonly failed: Promise<string>;
}

/** How long a start that was interrupted may go on. */
const START_MS_MAX_ONCE_INTERRUPTED = 10_000;

/** What to do at once, without waiting, when the user does not want to wait. */
export type Abandon = () => void;

/**
 * Runs one form of Code Router from its start to the end of this process: prints what the user needs to know, stops
 * what was started in the opposite order, and exits. A failure to start is one line and exit code 1.
 *
 * @param start adds whatever it starts to the resources, and what to do when there is no time to the abandonments.
 */
export async function runLocally(
  start: (resources: AsyncDisposableStack, abandonments: Abandon[]) => Promise<Started>,
): Promise<never> {
  const resources = new AsyncDisposableStack();
  const abandonments: Abandon[] = [];
  const abandon = (): never => {
    for (const abandonOne of abandonments) abandonOne();
    process.exit(130);
  };
  const interruption = new Interruption(abandon);
  let exitCode = 0;
  let starting = true;
  // What is half started cannot be stopped in order, so it may finish starting; but nobody waits for ever.
  void interruption.requested.then(async () => {
    await sleep(START_MS_MAX_ONCE_INTERRUPTED);
    if (starting) abandon();
  });
  try {
    const started = await start(resources, abandonments).finally(() => (starting = false));
    process.stdout.write(started.banner);
    const failure = await Promise.race([interruption.requested, started.failed]);
    if (typeof failure === 'string') {
      process.stderr.write(`${failure}\n`);
      exitCode = 1;
    } else {
      process.stdout.write('\nStopping: requests under way are finished first. Ctrl-C again stops at once.\n');
    }
  } catch (error) {
    process.stderr.write(`Code Router did not start: ${oneLine(startFailure(error))}\n`);
    if (!isForThePerson(error) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    exitCode = 1;
  }
  try {
    await resources.disposeAsync();
  } catch (error) {
    process.stderr.write(`Stopping failed: ${oneLine(startFailure(error))}\n`);
    exitCode = 1;
  }
  process.exit(exitCode);
}

/** An error that somebody raised on purpose says what to do. Any other is a fault of ours, whose report wants a stack. */
function isForThePerson(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const ofTheLanguage = [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  return !ofTheLanguage || (error as NodeJS.ErrnoException).code !== undefined;
}

/** Signals a process that may have ended by itself. */
export function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
