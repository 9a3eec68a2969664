import { Injectable } from '@nestjs/common';
import type { DomainError, UsageData } from '@code-router/contracts';
import { statusOf } from '../http/error-envelope.js';
import { SettlementKeeper } from '../settlement/settlement-keeper.js';
import type { Delivery, RelayJob, Trail } from './relay-job.js';
import type { Hold } from './reserve.js';
import { UpstreamRefusal } from './upstream-refusal.js';

/** What is known of a request however it ended. */
type Occasion = Omit<UsageData, 'outcome' | 'tokens' | 'reasoningTokens' | 'estimated' | 'amountNanos' | 'httpStatus'>;

/** Step 6: end the hold, with the charge or without. */
@Injectable()
export class Settling {
  constructor(private readonly keeper: SettlementKeeper) {}

  /** The client got an answer: its hold becomes a charge of what it used, priced with the quote it was admitted with. */
  settled(job: RelayJob, hold: Hold, trail: Trail, delivery: Delivery): void {
    hold.stopExtending();
    const { usage, modelServed, finishReason, upstreamRequestId, firstByteMs, errorCode } = delivery;
    this.keeper.keep({
      ...occasion(job, hold, trail),
      outcome: 'settled',
      tokens: usage.tokens,
      reasoningTokens: usage.reasoningTokens,
      estimated: delivery.isEstimated,
      amountNanos: job.quote.costNanos(usage.tokens).toString(),
      httpStatus: 200,
      firstByteMs,
      ...(modelServed === undefined ? {} : { modelServed }),
      ...(finishReason === undefined ? {} : { finishReason }),
      ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
      ...(errorCode === undefined ? {} : { errorCode }),
    });
  }

  /** The client got nothing to pay for: its hold is released. */
  released(job: RelayJob, hold: Hold, trail: Trail, error: DomainError): void {
    hold.stopExtending();
    this.keeper.keep({
      ...occasion(job, hold, trail),
      outcome: 'released',
      tokens: {},
      reasoningTokens: 0,
      estimated: false,
      amountNanos: '0',
      httpStatus: error instanceof UpstreamRefusal ? error.status : statusOf(error.code),
      errorCode: error.code,
    });
  }
}

function occasion({ exchange, principal, request, quote }: RelayJob, hold: Hold, trail: Trail): Occasion {
  const { headers } = exchange;
  const { channel, attempts } = trail;
  const completedAt = Date.now();
  return {
    reservationId: hold.reservationId,
    requestId: exchange.requestId,
    accountId: principal.accountId,
    keyId: principal.keyId,
    keyName: principal.keyName,
    endpoint: '/v1/chat/completions',
    stream: request.stream,
    modelAsked: request.model,
    attempts,
    priceVersionId: quote.message.priceVersionId,
    terms: quote.message.terms,
    multiplierMillionths: quote.message.multiplierMillionths,
    multiplierSource: quote.message.multiplierSource,
    clientDisconnected: exchange.isDisconnected,
    startedAt: new Date(exchange.startedAt).toISOString(),
    completedAt: new Date(completedAt).toISOString(),
    latencyMs: exchange.elapsedMs,
    clientIp: exchange.clientIp,
    ...(channel ? { channelId: channel.id, channelName: channel.name } : {}),
    ...(headers['user-agent'] ? { userAgent: headers['user-agent'].toString().slice(0, 300) } : {}),
  };
}
