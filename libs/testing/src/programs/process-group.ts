import type { ChildProgram } from '../processes/child-program.js';

/** Starts a process, with settings beside those that it always has, and resolves when it is ready. */
export type StartProcess = (settings?: ProcessSettings) => Promise<ChildProgram>;

export type ProcessSettings = Readonly<Record<string, string>>;

/** The processes of one system, each of which can end and start again while the others go on. */
export class ProcessGroup {
  private readonly programs = new Map<string, ChildProgram>();

  constructor(private readonly starters: Readonly<Record<string, StartProcess>>) {}

  /** @throws what the first process that did not start throws; the others then run until they are stopped. */
  async startAll(): Promise<void> {
    const results = await Promise.allSettled(Object.keys(this.starters).map((name) => this.start(name)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  get pids(): Readonly<Record<string, number>> {
    const running = [...this.programs].filter(([, program]) => program.running);
    return Object.fromEntries(running.map(([name, program]) => [name, program.pid]));
  }

  /** Resolves to the name of the first process that ends. */
  async firstEnded(): Promise<string> {
    return Promise.race(
      [...this.programs].map(async ([name, program]) => {
        await program.ended;
        return name;
      }),
    );
  }

  /** @param settings of this start only. */
  async start(name: string, settings?: ProcessSettings): Promise<void> {
    const start = this.starters[name];
    if (!start) throw new Error(`there is no process ${name}, only ${Object.keys(this.starters).join(', ')}`);
    if (this.programs.get(name)?.running) throw new Error(`${name} runs already`);
    this.programs.set(name, await start(settings));
  }

  async kill(name: string): Promise<void> {
    const program = this.get(name);
    program.signal('SIGKILL');
    await program.ended;
  }

  /** Such as SIGSTOP, which freezes it, and SIGCONT, which lets it go on. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.get(name).signal(signal);
  }

  isRunning(name: string): boolean {
    return this.programs.get(name)?.running ?? false;
  }

  /** Resolves when it has ended, by whatever cause. */
  async ended(name: string): Promise<void> {
    await this.get(name).ended;
  }

  terminate(name: string): Promise<number | null> {
    return this.get(name).stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.programs.values()].map((program) => program.stop()));
  }

  private get(name: string): ChildProgram {
    const program = this.programs.get(name);
    if (!program) throw new Error(`${name} was never started`);
    return program;
  }
}
