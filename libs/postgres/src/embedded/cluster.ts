import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { lastError } from './last-error.js';
import type { Placement } from './placement.js';
import { runProgram } from './run-program.js';
import type { ServerAccount } from './server-account.js';

/** The role that owns everything in the cluster. */
export const SUPERUSER = 'code_router';

/** The password is made once and belongs to the cluster: nobody ever needs to know it. */
export async function passwordFor(directory: string): Promise<string> {
  const path = join(directory, 'password');
  const existing = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (existing) return existing;
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/** Creates the data that a server starts from. */
export async function createCluster(
  { programs, home }: Placement,
  password: string,
  account: ServerAccount | undefined,
  durable: boolean,
): Promise<void> {
  // Made beside and then renamed: a creation that was interrupted is never taken for a cluster.
  const partial = join(home, 'cluster.partial');
  const passwordFile = join(home, 'initial-password');
  await rm(partial, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  // PostgreSQL refuses data that others may read.
  await mkdir(partial, { mode: 0o700 });
  if (account) await chown(partial, account.uid, account.gid);
  try {
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    if (account) await chown(passwordFile, account.uid, account.gid);
    const args = [
      `--pgdata=${partial}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // PostgreSQL's own C.UTF-8 sorts alike on every machine, whatever locales that has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ];
    const { code, output } = await runProgram(join(programs, 'bin', 'initdb'), args, account);
    if (code !== 0) {
      throw new EmbeddedPostgresError(
        `PostgreSQL could not create its data in ${home}: ${lastError(output)} ` +
          'Make room or give access there, choose another CODE_ROUTER_DATA_DIR, or set DATABASE_URL.',
      );
    }
    await rename(partial, join(home, 'cluster'));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(partial, { recursive: true, force: true });
  }
}
