import { Injectable, Logger } from '@nestjs/common';
import { DomainError, QuotaNotices, SettlementNotices, type UsageData, type UsageEvent } from '@code-router/contracts';
import { faultPoint } from '@code-router/fault-points';
import { ServiceClient, type RefusedEvent } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Ledger, UnusableSettlements, type Settlement } from '../domain/ledger.js';
import { AMOUNT_NANOS_MAX, NAME_LENGTH_MAX, PER_MINUTE_MAX } from '../domain/limits.js';

/** The durable name under which the event log remembers how far the books are: replicas of this service share it. */
export const SETTLEMENT_CONSUMER = 'quota';

/**
 * Brings usage events into the books, and tells the gateways, which keep each event until they hear that it is there. An
 * event that can never be written is refused, with the reason, so that it holds up nobody; its gateway hears of that too.
 */
@Injectable()
export class Settle {
  private readonly logger = new Logger(Settle.name);

  constructor(
    private readonly ledger: Ledger,
    private readonly client: ServiceClient,
  ) {}

  /**
   * Events may come again, and twice in one batch. Rejects when the books cannot be reached: then they must come again.
   *
   * @returns the events that can never be in the books.
   */
  async execute(events: readonly UsageEvent[]): Promise<readonly RefusedEvent[]> {
    faultPoint('settlement.received');
    const refused: RefusedEvent[] = [];
    const settlements = [...this.settlementsFrom(events, refused).values()];
    refused.push(...(await this.settle(settlements)));
    faultPoint('settlement.posted');
    this.report(settlements, refused);
    return refused;
  }

  /**
   * By reservation id: the first of those that have the same. What this service itself published of an orphan says
   * nothing that a settlement of its gateway does not say better.
   */
  private settlementsFrom(events: readonly UsageEvent[], refused: RefusedEvent[]): ReadonlyMap<string, Settlement> {
    const settlements = new Map<string, Settlement>();
    for (const event of events) {
      try {
        const settlement = settlementFrom(event);
        const earlier = settlements.get(settlement.reservationId);
        if (!earlier || (earlier.orphaned && !settlement.orphaned))
          settlements.set(settlement.reservationId, settlement);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        refused.push({ event, reason: error.message });
      }
    }
    return settlements;
  }

  /** @returns those that the books refuse; all others are in them, committed. */
  private async settle(settlements: readonly Settlement[]): Promise<readonly RefusedEvent[]> {
    if (settlements.length === 0) return [];
    try {
      const problems = await this.ledger.settle(settlements);
      return settlements.flatMap(({ reservationId, event }) => {
        const problem = problems.get(reservationId);
        return problem === undefined ? [] : [{ event, reason: problem }];
      });
    } catch (error) {
      if (!(error instanceof UnusableSettlements)) throw error;
      const [only, ...others] = settlements;
      if (only && others.length === 0) {
        const cause = error.cause instanceof Error ? error.cause.message : error.message;
        return [{ event: only.event, reason: `the books refuse it: ${cause}` }];
      }
    }
    // One of them is unusable: halving the batch finds it in few steps, and settles the others meanwhile.
    const middle = Math.ceil(settlements.length / 2);
    return [...(await this.settle(settlements.slice(0, middle))), ...(await this.settle(settlements.slice(middle)))];
  }

  private report(settlements: readonly Settlement[], refused: readonly RefusedEvent[]): void {
    const refusedEvents = new Set(refused.map(({ event }) => event));
    // That an orphan is in the books does not say so of its settlement, which its gateway may still hold.
    const posted = settlements
      .filter(({ event, orphaned }) => !orphaned && !refusedEvents.has(event))
      .map(({ reservationId }) => reservationId);
    if (posted.length > 0) this.client.notify(QuotaNotices.posted, { reservationIds: posted });
    if (refused.length === 0) return;
    for (const { event, reason } of refused) this.logger.error(`A usage event cannot be settled: ${reason}`, { event });
    const known = refused.flatMap(({ event, reason }) => {
      const reservationId: unknown = (event as Partial<UsageEvent>).data?.reservationId;
      return typeof reservationId === 'string' ? [{ reservationId, reason }] : [];
    });
    if (known.length > 0) this.client.notify(SettlementNotices.refused, { refused: known });
  }
}

/** @throws DomainError `invalid_request_error` when the event is not one that the gateway could have made. */
function settlementFrom(event: UsageEvent): Settlement {
  const data = (event as Partial<UsageEvent>).data as Partial<UsageData> | undefined;
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
    event,
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
