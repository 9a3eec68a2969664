import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SettingsError } from '@code-router/config';
import { LockHeldError, ProcessLock } from '@code-router/process-lock';

/** Where one installation keeps what must outlive its process. At most one process uses it at a time. */
export class DataDirectory {
  /**
   * Creates it when it is missing, and takes it for this process.
   *
   * @throws SettingsError when it cannot be written, or another process uses it.
   */
  static async open(path: string): Promise<DataDirectory> {
    const directory = resolve(path);
    try {
      // Others may enter, but every file with a secret is closed to them: root's PostgreSQL runs as another user.
      await mkdir(directory, { recursive: true });
      return new DataDirectory(directory, await ProcessLock.acquire(join(directory, 'lock')));
    } catch (error) {
      if (error instanceof LockHeldError) {
        throw new SettingsError(
          `${directory} is in use by process ${error.pid}. Stop that one, or set CODE_ROUTER_DATA_DIR to another directory.`,
        );
      }
      const { code } = error as NodeJS.ErrnoException;
      if (!code) throw error;
      throw new SettingsError(
        `${directory} cannot be written (${code}). Give this user access to it, or set CODE_ROUTER_DATA_DIR to ` +
          'another directory.',
        { cause: error },
      );
    }
  }

  private constructor(
    readonly path: string,
    private readonly lock: ProcessLock,
  ) {}

  /** Where one part keeps its own. */
  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** @returns undefined when there is none. */
  async readSecret(name: string): Promise<string | undefined> {
    const text = await readFile(this.pathOf(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw new SettingsError(`${this.pathOf(name)} cannot be read (${error.code}). Give this user access to it.`);
    });
    return text.trim() || undefined;
  }

  /** Only this user can read it. */
  async writeSecret(name: string, secret: string): Promise<void> {
    await writeFile(this.pathOf(name), `${secret}\n`, { mode: 0o600 });
  }

  /** Reads 32 random bytes in base64, which are made the first time. */
  async key(name: string): Promise<string> {
    const existing = await this.readSecret(name);
    if (existing) return existing;
    const made = randomBytes(32).toString('base64');
    await this.writeSecret(name, made);
    return made;
  }

  async release(): Promise<void> {
    await this.lock.release();
  }
}
