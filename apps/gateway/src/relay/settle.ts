import { Injectable } from '@nestjs/common';
import { DomainError, type UsageContext, type UsageData } from '@code-router/contracts';
import { statusOf } from '../http/error-envelope.js';
import type { ReportedUsage } from '../providers/provider.js';
import { SettlementKeeper } from '../settlement/settlement-keeper.js';
import type { Delivery, RelayJob, Trail } from './relay-job.js';
import { UpstreamRefusal } from './upstream-refusal.js';

/** What the spool needs to be emptied is a broker and books that answer: that takes seconds at least. */
const RETRY_AFTER_MS = 5_000;
/** What a provider says of its answer could be of any length, and a broker takes messages only up to one. */
const FOREIGN_TEXT_LENGTH_MAX = 300;

/** What is known of a request however it ended. */
type Occasion = Omit<UsageData, 'outcome' | 'tokens' | 'reasoningTokens' | 'estimated' | 'amountNanos' | 'httpStatus'>;

/** Step 6: end the hold, with the charge or without. */
@Injectable()
export class Settling {
  constructor(private readonly keeper: SettlementKeeper) {}

  /**
   * A request begins: room is kept for its settlement.
   *
   * @returns to be called when the request has ended.
   * @throws DomainError `service_unavailable` when its settlement might not be kept.
   */
  expect(): () => void {
    const { refusal } = this.keeper;
    if (refusal === undefined) return this.keeper.expect();
    const message = 'This server cannot keep account of requests now. Please retry later.';
    throw new DomainError(
      'service_unavailable',
      message,
      { retryAfterMs: RETRY_AFTER_MS },
      { cause: new Error(refusal) },
    );
  }

  /** The client gets an answer: its hold becomes a charge of what it used, priced with the quote it was admitted with. */
  settled(job: RelayJob, trail: Trail, delivery: Delivery): void {
    const { usage, modelServed, finishReason, upstreamRequestId, firstByteMs, errorCode } = delivery;
    trail.isSettled = true;
    this.keeper.keep({
      ...occasion(job, trail),
      outcome: 'settled',
      tokens: usage.tokens,
      reasoningTokens: usage.reasoningTokens,
      estimated: delivery.isEstimated,
      units: usage.units,
      amountNanos: job.quote.costNanos(usage.tokens, usage.units).toString(),
      costNanos: providerCostNanos(job, trail, usage)?.toString(),
      httpStatus: 200,
      firstByteMs,
      modelServed: modelServed?.slice(0, FOREIGN_TEXT_LENGTH_MAX),
      finishReason: finishReason?.slice(0, FOREIGN_TEXT_LENGTH_MAX),
      upstreamRequestId,
      errorCode,
    });
  }

  /** The client got nothing to pay for: its hold is released. */
  released(job: RelayJob, trail: Trail, error: DomainError): void {
    trail.isSettled = true;
    this.keeper.keep({
      ...occasion(job, trail),
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

/** What the provider asks for it, where the operator has said what share of the list price that is. */
function providerCostNanos({ quote }: RelayJob, { channel }: Trail, { tokens, units }: ReportedUsage) {
  const share = channel?.costMultiplierMillionths ?? null;
  return share === null ? undefined : quote.providerCostNanos(share, tokens, units);
}

function occasion(job: RelayJob, trail: Trail): Occasion {
  const { exchange, principal, hold } = job;
  return {
    ...usageContext(job, trail),
    reservationId: hold.reservationId,
    requestId: exchange.requestId,
    accountId: principal.accountId,
    keyId: principal.keyId,
    clientDisconnected: exchange.isDisconnected,
    completedAt: new Date().toISOString(),
    latencyMs: exchange.elapsedMs,
  };
}

/**
 * What the usage event of a request says, as far as it is known while the request is under way. What is not known is
 * undefined, which JSON leaves out: to add members only where they are known takes V8 ten times as long.
 */
export function usageContext(
  { exchange, principal, request, quote, recordedIp }: RelayJob,
  { channel, attempts, tries }: Trail,
): UsageContext {
  const { headers } = exchange;
  return {
    keyName: principal.keyName,
    endpoint: '/v1/chat/completions',
    stream: request.stream,
    modelAsked: request.model,
    attempts,
    tries: tries.length > 0 ? [...tries] : undefined,
    priceVersionId: quote.message.priceVersionId,
    terms: quote.message.terms,
    multiplierMillionths: quote.message.multiplierMillionths,
    multiplierSource: quote.message.multiplierSource,
    startedAt: new Date(exchange.startedAt).toISOString(),
    clientIp: recordedIp,
    channelId: channel?.id,
    channelName: channel?.name,
    userAgent: headers['user-agent']?.toString().slice(0, 300) || undefined,
  };
}
