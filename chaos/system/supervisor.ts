import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor, type ProcessSettings, type ServiceGroup } from '@code-router/testing';

const RESTART_PAUSE_MS = 300;
const READY_MS_MAX = 120_000;

/** What became of a process that nobody meant to end. */
export interface OwnEnd {
  readonly process: string;
  readonly at: number;
}

/**
 * Keeps the processes of a system running, as an orchestrator does: one that ends is started again, with the address and
 * the files of before, for as long as it is wanted.
 */
export class Supervisor {
  /** Processes that ended, or could not start, though no fault was to end them. */
  readonly ownEnds: OwnEnd[] = [];
  private readonly unwanted = new Set<string>();
  private readonly doomed = new Set<string>();
  private readonly ready = new Set<string>();
  private readonly settings = new Map<string, ProcessSettings>();
  private isOver = false;
  private readonly watches: Promise<unknown>;

  constructor(private readonly group: ServiceGroup) {
    this.watches = Promise.all(this.names.map((name) => this.keep(name)));
  }

  get names(): readonly string[] {
    return Object.keys(this.group.urls);
  }

  /** The processes of one service. */
  replicasOf(service: string): readonly string[] {
    return this.names.filter((name) => name === service || name.replace(/-\d+$/, '') === service);
  }

  urlOf(name: string): string {
    return this.group.urls[name] ?? '';
  }

  /** Ends a process as a crash does. It stays away until {@link bringBack}. */
  async kill(name: string): Promise<void> {
    this.unwanted.add(name);
    if (this.group.isRunning(name)) await this.group.kill(name);
    this.ready.delete(name);
  }

  bringBack(name: string, settings?: ProcessSettings): void {
    if (settings) this.settings.set(name, settings);
    this.unwanted.delete(name);
  }

  /** Starts a process anew with a setting under which it will end by itself, which then is no surprise. */
  async doom(name: string, settings: ProcessSettings): Promise<void> {
    await this.kill(name);
    this.doomed.add(name);
    this.bringBack(name, settings);
    await this.waitUntilReady([name]);
  }

  /** Resolves to whether a process that was doomed has ended by now; it is started again without what doomed it. */
  async metItsEnd(name: string, timeoutMs: number): Promise<boolean> {
    const ended = await waitFor(() => !this.doomed.has(name), { timeoutMs }).catch(() => false);
    if (ended) return true;
    await this.restartWith(name, {});
    this.doomed.delete(name);
    return false;
  }

  /** Ends a process, and starts it with other settings beside those that it always has. */
  async restartWith(name: string, settings: ProcessSettings): Promise<void> {
    await this.kill(name);
    this.bringBack(name, settings);
  }

  /** Asks a process to end in its own order, and starts it with other settings beside those that it always has. */
  async renew(name: string, settings: ProcessSettings): Promise<void> {
    this.unwanted.add(name);
    this.ready.delete(name);
    if (this.group.isRunning(name)) await this.group.terminate(name);
    this.bringBack(name, settings);
    await this.waitUntilReady([name]);
  }

  freeze(name: string): void {
    this.group.signal(name, 'SIGSTOP');
  }

  thaw(name: string): void {
    this.group.signal(name, 'SIGCONT');
  }

  /** @throws Error naming what is not ready in time. */
  async waitUntilReady(names: readonly string[] = this.names): Promise<void> {
    await waitFor(() => names.every((name) => this.ready.has(name)), {
      timeoutMs: READY_MS_MAX,
      what: `${names.filter((name) => !this.ready.has(name)).join(', ')} to be ready`,
    });
  }

  async stop(): Promise<void> {
    this.isOver = true;
    for (const name of this.names) if (this.group.isRunning(name)) this.thaw(name);
    await this.group.stopAll();
    await this.watches;
    // What was starting meanwhile is running now.
    await this.group.stopAll();
  }

  private async keep(name: string): Promise<void> {
    while (!this.isOver) {
      if (this.unwanted.has(name)) {
        await sleep(20);
        continue;
      }
      try {
        await this.group.start(name, this.settings.get(name));
        // It may have been killed while it started.
        if (this.unwanted.has(name)) await this.group.kill(name);
        else this.ready.add(name);
        await this.group.ended(name);
      } catch {
        // It did not start; its own lines say why.
      }
      this.ready.delete(name);
      this.mourn(name);
      if (!this.isOver) await sleep(RESTART_PAUSE_MS);
    }
  }

  private mourn(name: string): void {
    if (this.isOver || this.unwanted.has(name)) return;
    if (!this.doomed.delete(name)) this.ownEnds.push({ process: name, at: Date.now() });
    else this.settings.delete(name);
  }
}
