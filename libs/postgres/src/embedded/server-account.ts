import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runProgram, type RunAs } from './run-program.js';

/** Who the server runs as. */
export type ServerAccount = RunAs;

const ACCOUNT_NAME = 'postgres';

/** The ways in which systems make an account that nobody logs in with: Debian and Red Hat, then BusyBox. */
const WAYS_TO_CREATE: readonly (readonly [program: string, ...args: string[]])[] = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', ACCOUNT_NAME],
  ['adduser', '-S', '-D', '-H', '-s', '/sbin/nologin', ACCOUNT_NAME],
];

/**
 * PostgreSQL refuses to run as root, so that a hole in it does not give away the machine. Root therefore runs it as the
 * system account `postgres`, which is created when it is missing.
 *
 * @returns undefined for anybody but root: the server then runs as whoever asks.
 * @throws EmbeddedPostgresError when the account cannot be created.
 */
export async function findServerAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await lookUp();
  if (existing) return existing;
  for (const [program, ...args] of WAYS_TO_CREATE) {
    if ((await runProgram(program, args)).code !== 0) continue;
    const created = await lookUp();
    if (created) return created;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the system account ${ACCOUNT_NAME} is missing and could not be created. ` +
      'Create it, run Code Router as an ordinary user, or set DATABASE_URL.',
  );
}

async function lookUp(): Promise<ServerAccount | undefined> {
  const [uid, gid] = await Promise.all([
    runProgram('id', ['-u', ACCOUNT_NAME]),
    runProgram('id', ['-g', ACCOUNT_NAME]),
  ]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output.trim()), gid: Number(gid.output.trim()) };
}
