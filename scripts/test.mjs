/**
 * `npm test`: installs what the tests need, builds, checks the code's form and its boundaries, and runs every test
 * against real servers. Arguments go to Jest. The exit code is Jest's, or 1 when something before it failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { build, fail, installDependencies, NODE, ROOT, run, say } from './prepare.mjs';

/** Programs that npm does not bring, and the Debian packages that do. */
const SERVERS = [
  { program: 'nats-server', package: 'nats-server' },
  { program: 'redis-server', package: 'redis-server' },
  // With fonts: without, pages in Chinese are squares, and the screenshots look like no machine of a user's. Chromium
  // without windows takes a third less of the processor; the whole one does as well where it is there already.
  {
    program: 'chromium-headless-shell',
    package: 'chromium-headless-shell fonts-noto-cjk fonts-inter',
    // Where it is there, or where the other is not to be had: not every release of Debian has it apart.
    or: 'chromium',
  },
];

const jestArguments = process.argv.slice(2);

installDependencies();
installServers();
build();
if (jestArguments.length === 0) check();
runJest(jestArguments);

function installServers() {
  const missing = SERVERS.filter(({ program, or }) => !isInstalled(program) && !(or && isInstalled(or))).flatMap(
    (server) => server.package.split(' '),
  );
  if (missing.length === 0) return;
  const byHand = `The tests need ${missing.join(' and ')}. Install with: apt-get install ${missing.join(' ')}`;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const possible = isInstalled('apt-get') && (asRoot.length === 0 || succeeds('sudo', ['-n', 'true']));
  if (!possible) fail(`${byHand} (or what does the same on this system), and run npm test again.`);
  say(`Installing ${missing.join(' and ')} with apt-get.`);
  const aptGet = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q'];
  const [command, ...args] = aptGet;
  run(command, [...args, 'update'], { failure: byHand });
  run(command, [...args, 'install', '-y', '--no-install-recommends', ...missing.map(toBeHad)], { failure: byHand });
}

/** The package, or what does as well where there is no such package. */
function toBeHad(name) {
  if (succeeds('apt-cache', ['show', name])) return name;
  return SERVERS.find(({ program }) => program === name)?.or ?? name;
}

/** Form and boundaries first: they take seconds. */
function check() {
  say('Checking form and boundaries.');
  run('npm', ['run', '--silent', 'lint'], { failure: 'npm run lint found faults; they are above.' });
}

function runJest(args) {
  const results = join(tmpdir(), `code-router-test-results-${process.pid}.json`);
  const child = spawn(
    NODE,
    [join(ROOT, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${results}`, ...args],
    {
      cwd: ROOT,
      // Jest repeats the results on standard output, which is for people here.
      stdio: ['inherit', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PATH: [dirname(NODE), process.env.PATH].join(delimiter),
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
      },
    },
  );
  // Jest stops its tests and then its servers; leaving before it has would leave them running.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    summarise(results);
    process.exit(code ?? 1);
  });
}

/** The last line, for machines that read it. */
function summarise(results) {
  if (!existsSync(results)) return;
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
  rmSync(results);
  // A file that could not be run holds tests that did not pass.
  say(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`);
}

function isInstalled(program) {
  // Debian installs servers where ordinary users do not look.
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return directories.some((directory) => existsSync(join(directory, program)));
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
