import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { UsageEvent } from '@code-router/contracts';
import { serialized, UsageEventLog } from '@code-router/messaging';
import type { Findings } from '../domain/findings.js';
import { LedgerSide } from '../domain/ledger-side.js';
import { ReconciliationSettings } from '../reconciliation-settings.js';

const POLL_MS = 250;

/** Publishes again what the ledger has not, and sees that it gets there. */
@Injectable()
export class RestoreCharges {
  constructor(
    private readonly ledger: LedgerSide,
    private readonly eventLog: UsageEventLog,
    private readonly settings: ReconciliationSettings,
  ) {}

  /** Orphans are left out: quota itself publishes those, when it has charged them. */
  async execute(events: readonly UsageEvent[], findings: Findings): Promise<void> {
    const settlements = events.filter(({ data }) => data.outcome !== 'orphaned');
    const byReservation = new Map(settlements.map((event) => [event.data.reservationId, event]));
    const posted = await this.ledger.isPosted([...byReservation.keys()]);
    const missing = [...byReservation.values()].filter(({ data }) => !posted.has(data.reservationId));
    if (missing.length === 0) return;
    await Promise.all(missing.map((event) => this.publishAgain(event)));
    const arrived = await this.untilPosted(missing.map(({ data }) => data.reservationId));
    for (const { data } of missing) {
      const repaired = arrived.has(data.reservationId);
      const explanation = repaired
        ? `Published again; ${data.amountNanos} nanos are in the ledger.`
        : 'Published again, and still not in the ledger: look among the dead letters of quota.';
      findings.add({ kind: 'missing-charge', reservationId: data.reservationId, repaired, explanation });
    }
  }

  /** The log drops a message id that it has seen lately, also when it has lost the event since: so it gets another one. */
  private async publishAgain(event: UsageEvent): Promise<void> {
    await this.eventLog.publishSerialized({ ...serialized(event), messageId: `${event.id}:again:${randomUUID()}` });
  }

  private async untilPosted(reservationIds: readonly string[]): Promise<ReadonlySet<string>> {
    const deadline = Date.now() + this.settings.confirmMs;
    for (;;) {
      const posted = await this.ledger.isPosted(reservationIds);
      if (posted.size === new Set(reservationIds).size || Date.now() > deadline) return posted;
      await sleep(POLL_MS);
    }
  }
}
