import { Injectable, Logger } from '@nestjs/common';
import { DomainError, QuotaNotices, type UsageData, type UsageEvent } from '@code-router/contracts';
import { faultPoint } from '@code-router/fault-points';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Ledger, UnusableSettlements, type Settlement } from '../domain/ledger.js';
import { AMOUNT_NANOS_MAX, NAME_LENGTH_MAX, PER_MINUTE_MAX } from '../domain/limits.js';

/**
 * Brings usage events into the books, and tells the gateways, which keep each event until they hear that it is there.
 * An event that cannot be written is logged in full and left out, so that it does not hold up the others; its gateway is
 * not told, and keeps it.
 */
@Injectable()
export class Settle {
  private readonly logger = new Logger(Settle.name);

  constructor(
    private readonly ledger: Ledger,
    private readonly client: ServiceClient,
  ) {}

  /** Events may come again, and twice in one batch. Rejects when the books cannot be reached: then they must come again. */
  async execute(events: readonly UsageEvent[]): Promise<void> {
    faultPoint('settlement.received');
    const settlements = this.settlementsFrom(events);
    const posted = await this.settle([...settlements.values()]);
    faultPoint('settlement.posted');
    if (posted.length > 0) this.client.notify(QuotaNotices.posted, { reservationIds: posted });
  }

  /** By reservation id: the first of those that have the same. */
  private settlementsFrom(events: readonly UsageEvent[]): ReadonlyMap<string, Settlement> {
    const settlements = new Map<string, Settlement>();
    for (const event of events) {
      try {
        const settlement = settlementFrom(event.data);
        if (!settlements.has(settlement.reservationId)) settlements.set(settlement.reservationId, settlement);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        this.logger.error(`A usage event cannot be settled: ${error.message}`, { event });
      }
    }
    return settlements;
  }

  /** @returns the ids of the reservations whose settlement is in the books, committed. */
  private async settle(settlements: readonly Settlement[]): Promise<readonly string[]> {
    if (settlements.length === 0) return [];
    try {
      const problems = await this.ledger.settle(settlements);
      return settlements.filter((settlement) => !this.report(settlement, problems)).map((done) => done.reservationId);
    } catch (error) {
      if (!(error instanceof UnusableSettlements)) throw error;
      if (settlements.length === 1) {
        this.logger.error('A usage event cannot be settled: the books refuse it.', { err: error.cause, settlements });
        return [];
      }
    }
    // One of them is unusable: halving the batch finds it in few steps, and settles the others meanwhile.
    const middle = Math.ceil(settlements.length / 2);
    return [...(await this.settle(settlements.slice(0, middle))), ...(await this.settle(settlements.slice(middle)))];
  }

  private report(settlement: Settlement, problems: Awaited<ReturnType<Ledger['settle']>>): boolean {
    const problem = problems.get(settlement.reservationId);
    if (problem) this.logger.error(`A usage event cannot be settled: ${problem}.`, { settlement });
    return problem !== undefined;
  }
}

/** @throws DomainError `invalid_request_error` when the event is not one that the gateway could have made. */
function settlementFrom(data: Partial<UsageData> | undefined): Settlement {
  const checks = new InputChecks();
  const outcome = checks.oneOf('outcome', data?.outcome, ['settled', 'released', 'orphaned']);
  const settlement = {
    reservationId: checks.uuid('reservationId', data?.reservationId),
    requestId: checks.text('requestId', data?.requestId, NAME_LENGTH_MAX),
    accountId: checks.uuid('accountId', data?.accountId),
    keyId: checks.uuid('keyId', data?.keyId),
    charged: outcome !== 'released',
    amountNanos: checks.nanos('amountNanos', data?.amountNanos, { min: 0n, max: AMOUNT_NANOS_MAX }),
    tokens: tokenCount(data?.tokens),
    orphaned: outcome === 'orphaned',
  };
  checks.done();
  return settlement;
}

/** Counts against limits per minute only: what is no count must not keep the charge out of the books. */
function tokenCount(tokens: unknown): number {
  return Object.values(tokens ?? {}).reduce<number>(
    (sum, count) => sum + (Number.isSafeInteger(count) ? Math.min(Math.max(Number(count), 0), PER_MINUTE_MAX) : 0),
    0,
  );
}
