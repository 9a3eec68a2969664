import { createHash } from 'node:crypto';
import { constants, cp, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries, type PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { stopPostmaster } from './postmaster.js';
import { runProgram } from './run-program.js';
import type { ServerAccount } from './server-account.js';

/** Where the server's programs and its data lie, both within reach of whom it runs as. */
export interface Placement {
  /** Holds `bin`. */
  readonly programs: string;
  /** Holds the cluster; the server's account may enter it. */
  readonly home: string;
}

/** What root uses when the server's account cannot reach what lies where Code Router does. */
export const STAGING_DIRECTORY_DEFAULT = '/var/lib/code-router';

/** Lies in the data directory and names the place that the data is staged in, on its first line. */
const NOTE = 'postgresql-data-is-elsewhere.txt';

/** Lies in the staged place and names the data directory that it belongs to. */
const OWNER = 'belongs-to';

/**
 * Root's server gives up root. From a clone in root's home, which nobody else may enter, it can then neither run its
 * programs nor read its data, so each is staged in a directory that it can enter when, and only when, it is out of reach.
 *
 * @param directory the PostgreSQL part of the data directory; it exists.
 * @param staging created when it is needed.
 */
export async function place(
  directory: string,
  account: ServerAccount | undefined,
  staging: string,
): Promise<Placement> {
  const binaries = await findBinaries();
  if (!account) return { programs: binaries.directory, home: directory };
  return {
    programs: await placePrograms(binaries, account, staging),
    home: await placeData(directory, account, staging),
  };
}

async function placePrograms(binaries: PostgresBinaries, account: ServerAccount, staging: string): Promise<string> {
  if (await canRun(binaries.directory, account)) return binaries.directory;
  const staged = join(staging, `postgresql-${binaries.version}-${process.platform}-${process.arch}`);
  if (await canRun(staged, account)) return staged;
  await makeStagingDirectory(staging);
  // Copied beside and then renamed: a copy that was interrupted is never taken for a whole one.
  const partial = `${staged}.${process.pid}`;
  await cp(binaries.directory, partial, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
  await runProgram('chmod', ['-R', 'a+rX', partial]);
  await rm(staged, { recursive: true, force: true });
  await rename(partial, staged);
  if (await canRun(staged, account)) return staged;
  throw new EmbeddedPostgresError(
    `The account that PostgreSQL runs as can run it neither from ${binaries.directory} nor from ${staged}. ` +
      'Move Code Router to a directory that everybody may enter, or set DATABASE_URL.',
  );
}

/** Really tries: only that accounts for access control lists, mount options and missing libraries alike. */
async function canRun(directory: string, account: ServerAccount): Promise<boolean> {
  const [server, shared] = await Promise.all([
    runProgram(join(directory, 'bin', 'postgres'), ['--version'], account),
    runProgram('test', ['-r', join(directory, 'share', 'postgresql', 'postgres.bki')], account),
  ]);
  return server.code === 0 && shared.code === 0;
}

/** Where the data of a directory lies now, staged or not. */
export async function homeOf(directory: string): Promise<string> {
  return (await readFirstLine(join(directory, NOTE))) ?? directory;
}

async function placeData(directory: string, account: ServerAccount, staging: string): Promise<string> {
  const noted = await readFirstLine(join(directory, NOTE));
  if (noted) return findStaged(directory, noted);
  if ((await runProgram('test', ['-x', directory], account)).code === 0) return directory;
  return stageData(directory, staging);
}

/** The note outlives a move of the data directory, and must not let a copy of it share one cluster. */
async function findStaged(directory: string, staged: string): Promise<string> {
  const own = await realpath(directory);
  const owner = await readFirstLine(join(staged, OWNER));
  if (owner === undefined) {
    throw new EmbeddedPostgresError(
      `${join(directory, NOTE)} says that the data is in ${staged}, where there is none. ` +
        'Restore it there, or remove that note to start empty.',
    );
  }
  if (owner === own) return staged;
  if ((await readFirstLine(join(owner, NOTE))) === staged) {
    throw new EmbeddedPostgresError(
      `${own} is a copy of ${owner}, and both would use the data in ${staged}. ` +
        `Remove ${join(directory, NOTE)} to start empty.`,
    );
  }
  await writeFile(join(staged, OWNER), `${own}\n`);
  return staged;
}

async function stageData(directory: string, staging: string): Promise<string> {
  const own = await realpath(directory);
  const key = createHash('sha256').update(own).digest('hex').slice(0, 16);
  const staged = join(staging, `data-${key}`);
  await makeStagingDirectory(staging);
  if (await exists(staged)) {
    // The data directory was removed, and with it the password: what it had staged is of no use to the new one, but
    // it is not for us to delete.
    await stopPostmaster(join(staged, 'cluster'));
    await rename(staged, `${staged}.replaced-${Date.now()}`);
  }
  await mkdir(staged, { mode: 0o755 });
  await writeFile(join(staged, OWNER), `${own}\n`);
  await writeFile(
    join(directory, NOTE),
    `${staged}\n\n` +
      'PostgreSQL does not run as root, and the account that it runs as may not enter this directory.\n' +
      'So its data is kept in the directory named above. A backup of this directory alone is not a backup.\n',
  );
  return staged;
}

async function makeStagingDirectory(staging: string): Promise<void> {
  await mkdir(staging, { recursive: true, mode: 0o755 }).catch((error: Error) => {
    throw new EmbeddedPostgresError(
      `PostgreSQL cannot reach this directory as the account that it runs as, and ${staging} could not be ` +
        `created (${error.message}). Move Code Router to a directory that everybody may enter, or set DATABASE_URL.`,
      { cause: error },
    );
  });
}

async function readFirstLine(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text?.split('\n')[0];
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
