/** `npm run bench`: what it measures, and how to have it measure something else, is in bench/README.md. */
import { parseArgs } from 'node:util';
import { compare } from './modes/compare.js';
import { measureIdleStreams } from './modes/idle-streams.js';
import { measureLedger } from './modes/ledger.js';
import { profile } from './modes/profile.js';
import { measureQuota } from './modes/quota.js';
import { measureQuotes } from './modes/quote.js';
import { soak } from './modes/soak.js';
import { measureUsageLogQueries, measureUsageLogRecording } from './modes/usage-log.js';
import { measureWeb } from './modes/web.js';
import { KINDS, type RequestKind } from './load/chat-request.js';
import { FORMS, type Form } from './targets/code-router.js';
import { TARGET_NAMES, type TargetName } from './targets/target.js';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    targets: { type: 'string' },
    'idle-streams': { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    quota: { type: 'boolean', default: false },
    quote: { type: 'boolean', default: false },
    ledger: { type: 'boolean', default: false },
    entries: { type: 'string', default: '10000000' },
    web: { type: 'boolean', default: false },
    'usage-log': { type: 'boolean', default: false },
    'usage-log-recording': { type: 'boolean', default: false },
    records: { type: 'string' },
    directory: { type: 'string' },
    'database-url': { type: 'string' },
    rate: { type: 'string', default: '5000' },
    profile: { type: 'string' },
    form: { type: 'string', default: 'distributed' },
    kind: { type: 'string', default: 'plain' },
    concurrency: { type: 'string', default: '64' },
  },
});

// A reader of the output that goes away, such as head, must not keep this from stopping what it started.
process.stdout.on('error', () => undefined);

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('CPU and memory of processes are read from /proc: run this on Linux.');
  const form = oneOf<Form>(FORMS, values.profile ?? values.form);
  const kind = oneOf<RequestKind>(KINDS, values.kind);
  const concurrency = Number(values.concurrency);
  if (values['idle-streams']) return measureIdleStreams(form);
  if (values.soak) return soak(form);
  if (values.quota) return measureQuota({ durationMs: values.quick ? 2_000 : 6_000 });
  const usageLog = {
    records: Number(values.records ?? 10_000_000),
    directory: values.directory,
    databaseUrl: values['database-url'],
    rate: Number(values.rate),
  };
  if (values['usage-log']) return measureUsageLogQueries(usageLog);
  if (values['usage-log-recording']) return measureUsageLogRecording(usageLog);
  if (values.web) return measureWeb({ records: Number(values.records ?? 200_000) });
  if (values.profile !== undefined) return profile({ form, kind, concurrency });
  if (values.quote) return measureQuotes();
  if (values.ledger) return measureLedger({ entries: Number(values.entries) });
  const targets = values.targets?.split(',').map((name) => oneOf<TargetName>(TARGET_NAMES, name.trim()));
  const times = values.quick
    ? { compileMs: 3_000, warmUpMs: 300, durationMs: 1_500, attemptsMax: 1 }
    : { compileMs: 10_000, warmUpMs: 500, durationMs: 3_000, attemptsMax: 3 };
  await compare({ targets: targets ?? TARGET_NAMES, ...times });
}

function oneOf<Name extends string>(names: readonly Name[], given: string): Name {
  const found = names.find((name) => name === given);
  if (!found) throw new Error(`'${given}' is none of: ${names.join(', ')}`);
  return found;
}
