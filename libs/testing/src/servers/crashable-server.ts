import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalServer, LocalServerOptions } from './local-server.js';

/** A server of the tests' own that can die, and come back with its address and its data, or with older data. */
export class CrashableServer {
  static async start(
    open: (options: LocalServerOptions) => Promise<LocalServer>,
    folder: string,
    name: string,
  ): Promise<CrashableServer> {
    const directory = join(folder, name);
    await mkdir(directory, { recursive: true });
    return new CrashableServer(open, directory, await open({ directory }));
  }

  private constructor(
    private readonly open: (options: LocalServerOptions) => Promise<LocalServer>,
    private readonly directory: string,
    private server: LocalServer,
  ) {}

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return this.server.port;
  }

  /** Ends it as a crash does. */
  async crash(): Promise<void> {
    this.server.program.signal('SIGKILL');
    await this.server.program.ended;
  }

  async restart(): Promise<void> {
    this.server = await this.open({ directory: this.directory, port: this.server.port });
  }

  /** Freezes it: connections stay, and nothing answers. */
  pause(): void {
    this.server.program.signal('SIGSTOP');
  }

  resume(): void {
    this.server.program.signal('SIGCONT');
  }

  /** Keeps what is on its disk now, for {@link restoreCopy}; the server stands still meanwhile. */
  async keepCopy(): Promise<void> {
    this.pause();
    try {
      await rm(this.copy, { recursive: true, force: true });
      await cp(this.directory, this.copy, { recursive: true });
    } finally {
      this.resume();
    }
  }

  /** Puts the copy in the place of the data, as a disk does that never wrote what it had promised. Only after a crash. */
  async restoreCopy(): Promise<void> {
    if (this.server.program.running) throw new Error('a server that runs cannot be given other data');
    await rm(this.directory, { recursive: true, force: true });
    await cp(this.copy, this.directory, { recursive: true });
  }

  async stop(): Promise<void> {
    this.resume();
    await this.server.stop();
  }

  private get copy(): string {
    return `${this.directory}-copy`;
  }
}
