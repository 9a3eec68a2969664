import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildProgramOptions {
  /** What it is called in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hears each line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
  /** What to do when the command does not exist. */
  readonly installHint?: string;
}

/** Names the run that started a process, so that what a run leaves behind can be told from everything else. */
export const RUN_ID_VARIABLE = 'CODE_ROUTER_TEST_RUN';

/** How many of the last lines an error repeats. */
const LINES_KEPT = 30;

const STOP_MS_MAX = 30_000;

/**
 * A program that was started by this process. It runs in a session of its own, so that Ctrl-C in a terminal does not
 * reach it: whoever started it stops it, in order.
 */
export class ChildProgram {
  readonly lines: string[] = [];
  /** Resolves when it has ended, to its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  private hasEnded = false;
  private readonly listeners = new Set<(line: string) => void>();

  /** @throws Error with the hint when the command does not exist. */
  static async start(options: ChildProgramOptions): Promise<ChildProgram> {
    const child = spawn(options.command, options.args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { [RUN_ID_VARIABLE]: process.env[RUN_ID_VARIABLE], ...options.environment },
    });
    const program = new ChildProgram(child, options);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'ENOENT' && options.installHint ? new Error(options.installHint) : error);
      });
    });
    return program;
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: ChildProgramOptions,
  ) {
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.hasEnded = true;
        resolve(code);
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.hear(line));
    }
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return !this.hasEnded;
  }

  /**
   * Resolves when a line fits, one that it wrote already included.
   *
   * @throws Error with its last lines when it ends first, or the time is over.
   */
  async waitForLine(pattern: RegExp, timeoutMs: number): Promise<void> {
    if (this.lines.some((line) => pattern.test(line))) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        finish();
      };
      const listener = (line: string) => {
        if (pattern.test(line)) settle(resolve);
      };
      const fail = (reason: string) => settle(() => reject(this.failure(reason)));
      const timer = setTimeout(() => fail(`was not ready after ${timeoutMs} ms`), timeoutMs);
      this.listeners.add(listener);
      void this.ended.then(() => fail('ended before it was ready'));
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.child.kill(signal);
  }

  /** Asks it to end, and kills it when it does not. Resolves when it has ended, to its exit code. */
  async stop(timeoutMs = STOP_MS_MAX): Promise<number | null> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), timeoutMs);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  /** An error that repeats what the program wrote last. */
  failure(reason: string): Error {
    return new Error([`${this.name} ${reason}`, ...this.lines.slice(-LINES_KEPT)].join('\n  '));
  }

  private hear(line: string): void {
    this.lines.push(line);
    if (this.lines.length > LINES_KEPT * 10) this.lines.splice(0, LINES_KEPT);
    this.options.onLine?.(line);
    for (const listener of this.listeners) listener(line);
  }
}
