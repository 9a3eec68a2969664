import { parseArgs } from 'node:util';
import { readSettings, sharedSettings, type Infrastructure } from '@code-router/config';
import type { ReconciliationRun, StartReconciliation } from '@code-router/contracts';
import { operatorDatabaseSettings, withOperatorDatabase } from '@code-router/postgres';
import { startFailure, startService } from '@code-router/service';
import { QuotaModule } from '../../quota/src/quota.module.js';
import { ReconcilerModule } from '../../usage-log/src/reconciliation/reconciliation.module.js';
import { BeginReconciliation } from '../../usage-log/src/reconciliation/use-cases/begin-reconciliation.js';

/**
 * `npm run reconcile [-- --from TIME --to TIME]`, for operators. Exit code 0 when ledger, usage log and event stream agree
 * or agree again, 1 when something is left unexplained, 2 when they could not be compared.
 *
 * With `NATS_URL` it asks the quota that runs; without, it brings its own to the database, `DATABASE_URL` or else the
 * embedded one of `CODE_ROUTER_DATA_DIR`, beside a process that may be running on it.
 */
const EXIT_CODES = { clean: 0, repaired: 0, unexplained: 1, failed: 2, running: 2 } as const;

try {
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
  const run = await withDatabase((infrastructure) => reconcile(infrastructure, values));
  print(run);
  process.exitCode = EXIT_CODES[run.status];
} catch (error) {
  process.stderr.write(`Nothing could be compared: ${startFailure(error)}\n`);
  process.exitCode = 2;
}

async function reconcile(infrastructure: Infrastructure, period: StartReconciliation): Promise<ReconciliationRun> {
  // Only what is wrong: the rest is printed at the end.
  process.env['LOG_LEVEL'] ??= 'fatal';
  const service = await startService({
    name: 'reconcile',
    modules: infrastructure.natsUrl ? [ReconcilerModule] : [QuotaModule, ReconcilerModule],
    infrastructure,
    host: '127.0.0.1',
    port: 0,
  });
  try {
    return await service.app.get(BeginReconciliation, { strict: false }).toTheEnd(period);
  } finally {
    await service.stop();
  }
}

async function withDatabase<Result>(work: (infrastructure: Infrastructure) => Promise<Result>): Promise<Result> {
  const settings = readSettings({ ...sharedSettings, ...operatorDatabaseSettings });
  const servers = { natsUrl: settings.NATS_URL, redisUrl: settings.REDIS_URL };
  return withOperatorDatabase(settings, (databaseUrl) => work({ databaseUrl, ...servers }));
}

function print({ from, to, checked, status, details, error, ...counts }: ReconciliationRun): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const { kind, reservationId, repaired, explanation } of details) {
    say(`${repaired ? 'repaired' : 'UNEXPLAINED'}  ${kind}  ${reservationId ?? '-'}  ${explanation}`);
  }
  say(`${from} to ${to}: ${checked} looked at, ${counts.missingRecords} records and ${counts.missingCharges} charges`);
  say(`were missing, ${counts.republished} events republished to the stream, ${counts.repaired} repaired,`);
  say(`${counts.unexplained} unexplained: ${status}.`);
  if (error !== null) say(`It ended early: ${error}`);
}
