import { SettingsError } from '@code-router/config';
import { startFailure } from '@code-router/service';
import { Interruption } from './interruption.js';

/** A form of Code Router that was started on this machine. */
export interface Started {
  readonly banner: string;
  /** Resolves, to a sentence that says what happened, when it can no longer go on. */
  readonly failed: Promise<string>;
}

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
  const interruption = new Interruption(() => abandonments.forEach((abandon) => abandon()));
  let exitCode = 0;
  try {
    const started = await start(resources, abandonments);
    process.stdout.write(started.banner);
    const failure = await Promise.race([interruption.requested, started.failed]);
    if (failure !== undefined) {
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

/** Errors that name what to do need no stack; anything else is a fault of ours, and a report of it wants one. */
function isForThePerson(error: unknown): boolean {
  return (
    error instanceof SettingsError ||
    (error instanceof Error && error.name === 'EmbeddedPostgresError') ||
    (error as NodeJS.ErrnoException).code !== undefined
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
