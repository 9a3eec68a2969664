import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { usageEvent, type UsageData, type UsageEvent } from '@code-router/contracts';
import { UsageEventLog } from '@code-router/messaging';
import { TOKEN_CLASSES, type TokenUsage } from '@code-router/money';
import { Reservations, type Orphan, type OrphanEvent } from '../domain/reservations.js';

const SOURCE = `/code-router/quota/${hostname()}`;
const BATCH_MAX = 100;

const NO_TOKENS = Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 0])) as unknown as TokenUsage;

/**
 * Publishes the usage events of requests whose gateway went away. Each stays due until the log has it, so that it is
 * published at least once, and its id lets everybody count it once.
 */
@Injectable()
export class PublishOrphans {
  constructor(
    private readonly reservations: Reservations,
    private readonly eventLog: UsageEventLog,
  ) {}

  /** Rejects when the log cannot be reached: what is left is due the next time. */
  async execute(): Promise<void> {
    for (let orphans: readonly Orphan[] = []; ;) {
      orphans = await this.reservations.listUnpublishedOrphans(BATCH_MAX);
      const events = orphans.map((orphan) => usageEvent(usageOf(orphan), SOURCE));
      await Promise.all(events.map((event) => this.eventLog.publish(event)));
      if (orphans.length > 0) await this.reservations.markPublished(events.map(orphanEventOf));
      if (orphans.length < BATCH_MAX) return;
    }
  }
}

function orphanEventOf(event: UsageEvent): OrphanEvent {
  const { reservationId, amountNanos } = event.data;
  return { reservationId, amountNanos: BigInt(amountNanos), event: JSON.stringify(event) };
}

function usageOf({ context, delivered, expiredAt, ...orphan }: Orphan): UsageData {
  return {
    ...context,
    outcome: 'orphaned',
    reservationId: orphan.reservationId,
    requestId: orphan.requestId,
    accountId: orphan.accountId,
    keyId: orphan.keyId,
    tokens: delivered?.tokens ?? NO_TOKENS,
    reasoningTokens: delivered?.reasoningTokens ?? 0,
    ...(delivered?.units && { units: delivered.units }),
    // Whatever came after the last checkpoint is not known.
    estimated: true,
    amountNanos: orphan.chargedNanos.toString(),
    // The answer had begun when its gateway ended.
    httpStatus: 200,
    clientDisconnected: true,
    completedAt: expiredAt.toISOString(),
    latencyMs: Math.max(expiredAt.getTime() - Date.parse(context.startedAt), 0),
  };
}
