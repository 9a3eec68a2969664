import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalServer, LocalServerOptions } from '@code-router/testing';

/** A server of the tests' own that can die, and come back with its address and its data. */
export class CrashableServer {
  static async start(
    open: (options: LocalServerOptions) => Promise<LocalServer>,
    folder: string,
    name: string,
  ): Promise<CrashableServer> {
    const directory = join(folder, name);
    await mkdir(directory);
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

  /** Ends it as a crash does. */
  async crash(): Promise<void> {
    this.server.program.signal('SIGKILL');
    await this.server.program.ended;
  }

  async restart(): Promise<void> {
    this.server = await this.open({ directory: this.directory, port: this.server.port });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
