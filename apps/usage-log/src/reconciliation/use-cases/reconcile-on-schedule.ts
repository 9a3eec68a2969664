import { Injectable } from '@nestjs/common';
import { Runs } from '../domain/runs.js';
import { ReconciliationSettings } from '../reconciliation-settings.js';
import { Reconcile } from './reconcile.js';

const DAY_MS = 86_400_000;
/** Quota keeps the events of postings for a week: what is older is for somebody to ask for. */
const REACH_MS = 7 * DAY_MS;

/** Goes on where the last run that did not fail ended. */
@Injectable()
export class ReconcileOnSchedule {
  constructor(
    private readonly runs: Runs,
    private readonly reconcile: Reconcile,
    private readonly settings: ReconciliationSettings,
  ) {}

  async execute(now: Date): Promise<void> {
    const to = new Date(now.getTime() - this.settings.graceMs);
    const until = (await this.runs.comparedUntil()) ?? new Date(to.getTime() - DAY_MS);
    const from = new Date(Math.max(until.getTime(), now.getTime() - REACH_MS));
    if (from >= to) return;
    // Another replica that has one under way does it for all.
    const open = await this.runs.open({ from, to, scheduled: true });
    if (open) await this.reconcile.execute(open);
  }
}
