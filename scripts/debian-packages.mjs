/** Installs what npm does not bring, where apt-get is and may be used; says what to install where not. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, run, say } from './commands.mjs';

/**
 * @param {string[]} names of the packages
 * @param {object} options
 * @param {string} options.neededFor how the sentence begins that says what they are for
 * @param {(name: string) => string} [options.orElse] what does as well where a release has no such package
 */
export function installPackages(names, { neededFor, orElse = (name) => name }) {
  const byHand = `${neededFor} ${names.join(' and ')}. Install with: apt-get install ${names.join(' ')}`;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const possible = isInstalled('apt-get') && (asRoot.length === 0 || succeeds('sudo', ['-n', 'true']));
  if (!possible) fail(`${byHand} (or what does the same on this system), and run this again.`);
  say(`Installing ${names.join(' and ')} with apt-get.`);
  const [command, ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q'];
  run(command, [...args, 'update'], { failure: byHand });
  const toInstall = names.map((name) => (succeeds('apt-cache', ['show', name]) ? name : orElse(name)));
  run(command, [...args, 'install', '-y', '--no-install-recommends', ...toInstall], { failure: byHand });
}

/** @param {string} program */
export function isInstalled(program) {
  // Debian installs servers where ordinary users do not look.
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return directories.some((directory) => existsSync(join(directory, program)));
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
