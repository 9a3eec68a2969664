import type { AdvancedOptions, WorkerOptions } from 'bullmq';
import { readUsageLogSettings } from '../settings.js';

/** A worker that dies leaves its job to another one. Restarts, however many, are no reason to give a job up. */
const STALLS_MAX = 100;

/**
 * How a worker takes jobs. Decorators are applied before anything is started, so the setting is read when the worker is
 * made: there a bad value is a start that failed, with its reason.
 *
 * @param concurrency jobs that one process has under way at a time.
 */
export function workerOptions(concurrency: number, settings: AdvancedOptions = {}): Omit<WorkerOptions, 'connection'> {
  return {
    concurrency,
    settings,
    maxStalledCount: STALLS_MAX,
    get lockDuration() {
      return jobLockMs();
    },
    /** A job whose lock ended is found within as long again. */
    get stalledInterval() {
      return jobLockMs();
    },
  };
}

function jobLockMs(): number {
  return readUsageLogSettings().CODE_ROUTER_JOB_LOCK_SECONDS * 1_000;
}
