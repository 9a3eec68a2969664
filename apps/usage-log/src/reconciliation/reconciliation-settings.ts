import { readSettings, wholeNumber } from '@code-router/config';

export const reconciliationSettings = {
  CODE_ROUTER_RECONCILE_INTERVAL_MINUTES: wholeNumber({ min: 0, max: 10_080 })({
    default: 15,
    desc: 'how often ledger, usage log and event stream are compared, in minutes; 0 for never',
  }),
  CODE_ROUTER_RECONCILE_GRACE_MINUTES: wholeNumber({ min: 0, max: 10_080 })({
    default: 10,
    desc: 'how old something must be before it counts as missing and not as on its way, in minutes',
  }),
} as const;

/** When runs happen, and what they wait for; an injection token. */
export abstract class ReconciliationSettings {
  /** 0 for never. */
  abstract readonly intervalMs: number;
  abstract readonly graceMs: number;
  /** How long what was published again may take to be posted. */
  abstract readonly confirmMs: number;
}

const MINUTE_MS = 60_000;
const CONFIRM_MS = 30_000;

/** @throws SettingsError */
export function readReconciliationSettings(environment: NodeJS.ProcessEnv = process.env): ReconciliationSettings {
  const settings = readSettings(reconciliationSettings, environment);
  return {
    intervalMs: settings.CODE_ROUTER_RECONCILE_INTERVAL_MINUTES * MINUTE_MS,
    graceMs: settings.CODE_ROUTER_RECONCILE_GRACE_MINUTES * MINUTE_MS,
    confirmMs: CONFIRM_MS,
  };
}
