import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder. Everybody may enter it: root's PostgreSQL runs as somebody else. */
export async function temporaryDirectory(purpose: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), `code-router-${purpose}-`));
  await chmod(path, 0o755);
  return path;
}
