/**
 * Makes a clone runnable: installs the dependencies when they are missing or no longer those of package-lock.json, and
 * builds when the sources have changed. Runs on any Node from 20 on and uses nothing from npm, since nothing is there yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fail, ROOT, run, say } from './commands.mjs';
import { installPackages } from './debian-packages.mjs';

/** The Node that the product runs on, whatever the one is that runs this. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');

const NODE_MAJOR_MIN = 20;

/** What one build is made from; anything else may change without a new one. */
const SOURCES = [
  'apps',
  'libs',
  'bench',
  'chaos',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

const BUILD_STAMP = join(ROOT, 'dist', '.built-from');

/** Everything that a start needs. Ends the process with one clear line when it cannot be had. */
export function prepare() {
  installDependencies();
  build();
}

export function installDependencies() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MAJOR_MIN)
    fail(`Node ${process.versions.node} is too old. Install Node ${NODE_MAJOR_MIN} or newer.`);
  if (!dependenciesAreInstalled()) installFromNpm();
  installLibraries();
}

function installFromNpm() {
  say('Installing dependencies; this takes a minute the first time.');
  // Not `npm ci`: it refuses a lock file without the optional packages of every platform, and npm itself leaves those
  // out that it could not reach when it wrote the file. Versions and checksums come from the lock file here as well.
  // Development dependencies compile the sources; NODE_ENV=production would leave them out.
  run(
    'npm',
    ['install', '--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      failure:
        'npm install failed; its output is above. Check the connection to the npm registry and the free disk space.',
    },
  );
  if (!existsSync(NODE)) {
    fail(
      'npm ran no installation scripts, and so installed no Node. Run: npm install --no-save --ignore-scripts=false',
    );
  }
}

/** Node's own build for Linux needs a library that a machine with Debian's Node may be without. */
function installLibraries() {
  const { stderr } = spawnSync(NODE, ['--version'], { encoding: 'utf8' });
  if (/libatomic\.so/.test(stderr)) installPackages(['libatomic1'], { neededFor: 'Node needs' });
}

export function build() {
  const sources = hashOfSources();
  const built = existsSync(BUILD_STAMP) ? readFileSync(BUILD_STAMP, 'utf8') : '';
  if (built === sources) return;
  say('Building.');
  // What is left of another build would hide that a source is gone; the compiler's notes are then of no use either.
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  run(NODE, [join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'], {
    failure: 'The build failed; its output is above.',
  });
  run(NODE, [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '-c', 'apps/web/vite.config.ts'], {
    failure: 'The build of the web app failed; its output is above.',
  });
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, sources);
}

/** Runs a program in place of this one: its input and output, its exit code, the signals that this process gets. */
export function become(program, args) {
  const child = spawn(NODE, [join(ROOT, program), ...args], { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  endWithParent(() => child.kill('SIGTERM'));
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => {
    if (signal) process.removeAllListeners(signal);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}

/** npm passes a signal on to the shell between it and this process, and no further: that the shell is gone tells. */
function endWithParent(end) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 250);
  watch.unref();
}

/**
 * npm writes what it has installed when it is done, so an installation that was interrupted is not taken for a whole
 * one. Optional packages are those of other platforms.
 */
function dependenciesAreInstalled() {
  const installed = readJson(join(ROOT, 'node_modules', '.package-lock.json'))?.packages;
  if (!installed || !existsSync(NODE)) return false;
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages ?? {};
  return Object.entries(wanted).every(
    ([path, { version, optional, peer }]) =>
      path === '' || (installed[path] ? installed[path].version === version : optional || peer),
  );
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToHash(hash, join(ROOT, source));
  return hash.digest('hex');
}

function addToHash(hash, path) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    // A file, or nothing at all.
    if (existsSync(path)) hash.update(relative(ROOT, path)).update('\0').update(readFileSync(path));
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isBuildInput(entry)) addToHash(hash, join(path, entry.name));
  }
}

function isBuildInput(entry) {
  if (entry.isDirectory())
    return !['node_modules', 'results', 'test-data'].includes(entry.name) && entry.name[0] !== '.';
  return /\.(ts|tsx|js|json|css|html|svg)$/.test(entry.name) && !entry.name.endsWith('.spec.ts');
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
