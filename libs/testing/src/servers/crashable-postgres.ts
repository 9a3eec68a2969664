import { EmbeddedPostgres, type EmbeddedPostgresOptions } from '@code-router/postgres';

/** A PostgreSQL of the tests' own that can die, and come back with its data, on another port. */
export class CrashablePostgres {
  static async start(options: EmbeddedPostgresOptions): Promise<CrashablePostgres> {
    return new CrashablePostgres(options, await EmbeddedPostgres.start(options));
  }

  private constructor(
    private readonly options: EmbeddedPostgresOptions,
    private server: EmbeddedPostgres,
  ) {}

  /** As of its last start. */
  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return Number(new URL(this.server.url).port);
  }

  /** Kills the server's first process, as a crash does; the others notice, and end. */
  async crash(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.ended;
  }

  /** Resolves when it has recovered what was committed. */
  async restart(): Promise<void> {
    this.server = await EmbeddedPostgres.start(this.options);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
