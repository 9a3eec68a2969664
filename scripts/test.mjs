/**
 * `npm test`: installs what the tests need, builds, checks the code's form and its boundaries, and runs every test
 * against real servers. Arguments go to Jest. The exit code is Jest's, or 1 when something before it failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT, runBeside, say } from './commands.mjs';
import { installPackages, isInstalled } from './debian-packages.mjs';
import { build, installDependencies, NODE } from './prepare.mjs';

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
// Beside each other: each is busy with one processor most of the time.
const checked = jestArguments.length === 0 ? check() : undefined;
build();
await checked?.();
runJest(jestArguments);

function installServers() {
  const missing = SERVERS.filter(({ program, or }) => !isInstalled(program) && !(or && isInstalled(or))).flatMap(
    (server) => server.package.split(' '),
  );
  if (missing.length === 0) return;
  const orElse = (name) => SERVERS.find(({ program }) => program === name)?.or ?? name;
  installPackages(missing, { neededFor: 'The tests need', orElse });
}

/** @returns how to wait for the end of it. */
function check() {
  say('Checking form and boundaries.');
  return runBeside('npm', ['run', '--silent', 'lint'], { failure: 'npm run lint found faults; they are above.' });
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
