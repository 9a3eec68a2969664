/** `npm run chaos`: what it breaks, what it checks, and its options are in docs/chaos.md. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { faultsNamed, FAULTS, SHORT_FAULTS } from './faults/catalogue.js';
import { Random } from './random.js';
import { isSound, reportText } from './report.js';
import { runChaos, type ChaosOptions } from './run.js';
import { SHORT_SETUP, WHOLE_SETUP } from './system/chaos-system.js';

/** The schedule of the product knows no seconds. */
const SHORT_RECONCILE_MS = 3_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    faults: { type: 'string' },
    duration: { type: 'string' },
    clients: { type: 'string' },
    outage: { type: 'string' },
    short: { type: 'boolean', default: false },
    prove: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interruption.abort(new Error(`The run was ended by ${signal}.`)));
}
// A reader of the output that goes away must not keep this from stopping what it started.
process.stdout.on('error', () => undefined);

try {
  if (values.list) say(FAULTS.map(({ name }) => name).join('\n'));
  else process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
}
// Left to end by itself, Node waits while it cleans up for what became of every socket that was broken on purpose; after
// long runs that never comes, and it spins.
process.exit();

/** @returns whether every check passed. */
async function run(): Promise<boolean> {
  const seed = values.seed ?? String(randomInt(1_000_000));
  const named = values.faults?.split(',').map((name) => name.trim());
  const options: ChaosOptions = {
    seed,
    faults: faultsFor(seed, named),
    setup: values.short ? SHORT_SETUP : WHOLE_SETUP,
    reconcileEveryMs: values.short ? SHORT_RECONCILE_MS : undefined,
    clients: wholeNumber('clients', values.clients, values.short ? 16 : 50),
    outageMs: 1_000 * wholeNumber('outage', values.outage, values.short ? 2 : 10),
    calmMs: values.short ? 300 : 3_000,
    durationMs: 1_000 * wholeNumber('duration', values.duration, 86_400),
    isToProve: values.prove,
    onProgress: say,
  };
  say(`Seed ${seed}, ${options.clients} clients, ${options.faults.length} faults.`);
  const report = await runChaos(options, interruption.signal);
  say(reportText(report, repetition(seed)));
  return isSound(report);
}

/** Those that were named, in that order; else all, in an order that the seed decides. */
function faultsFor(seed: string, named: readonly string[] | undefined): ChaosOptions['faults'] {
  if (named) return faultsNamed(named);
  return values.short ? faultsNamed(SHORT_FAULTS) : new Random(seed).of('order').shuffled(FAULTS);
}

function repetition(seed: string): string {
  const given = Object.entries(values)
    .filter(([name, value]) => name !== 'seed' && value !== false && value !== undefined)
    .map(([name, value]) => (value === true ? ` --${name}` : ` --${name} '${String(value)}'`));
  return `npm run chaos -- --seed ${seed}${given.join('')}`;
}

/** @throws RangeError naming the option. */
function wholeNumber(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d{1,6}$/.test(given) && Number(given) > 0) return Number(given);
  throw new RangeError(`--${option} is '${given}'; expected a whole number from 1 to 999999`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
