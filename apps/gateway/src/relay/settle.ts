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
      ...(usage.units ? { units: usage.units } : {}),
      amountNanos: job.quote.costNanos(usage.tokens, usage.units).toString(),
      ...providerCost(job, trail, usage),
      httpStatus: 200,
      firstByteMs,
      ...(modelServed === undefined ? {} : { modelServed: modelServed.slice(0, FOREIGN_TEXT_LENGTH_MAX) }),
      ...(finishReason === undefined ? {} : { finishReason: finishReason.slice(0, FOREIGN_TEXT_LENGTH_MAX) }),
      ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
      ...(errorCode === undefined ? {} : { errorCode }),
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
function providerCost({ quote }: RelayJob, { channel }: Trail, { tokens, units }: ReportedUsage) {
  const share = channel?.costMultiplierMillionths ?? null;
  return share === null ? {} : { costNanos: quote.providerCostNanos(share, tokens, units).toString() };
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

/** What the usage event of a request says, as far as it is known while the request is under way. */
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
    ...(tries.length > 0 ? { tries: [...tries] } : {}),
    priceVersionId: quote.message.priceVersionId,
    terms: quote.message.terms,
    multiplierMillionths: quote.message.multiplierMillionths,
    multiplierSource: quote.message.multiplierSource,
    startedAt: new Date(exchange.startedAt).toISOString(),
    ...(recordedIp === undefined ? {} : { clientIp: recordedIp }),
    ...(channel ? { channelId: channel.id, channelName: channel.name } : {}),
    ...(headers['user-agent'] ? { userAgent: headers['user-agent'].toString().slice(0, 300) } : {}),
  };
}
