import { Injectable } from '@nestjs/common';
import { DomainError } from '@code-router/contracts';
import { creditsText } from '@code-router/money';
import type { Channel } from '../channels/domain/channel.js';
import { errorEnvelope } from '../http/error-envelope.js';
import { UpstreamFailure, type Provider, type UpstreamAnswer } from '../providers/provider.js';
import { ChatStream } from './chat-stream.js';
import { believable, LocalUsage } from './local-usage.js';
import { admissionHeaders, withUnits, type Delivery, type RelayJob, type Settle, type Trail } from './relay-job.js';
import { RelaySettings } from './relay-settings.js';
import { HoldReached, pumpStream } from './pump-stream.js';

const END_OF_STREAM = Buffer.from('data: [DONE]\n\n');
/** A comment, which clients pass over. */
const END_OF_FAILED_STREAM = Buffer.from(': the answer ends here\n\n');

/** Passes on an answer that comes as a stream of events, each as it arrives. */
@Injectable()
export class DeliverStream {
  constructor(
    private readonly localUsage: LocalUsage,
    private readonly settings: RelaySettings,
  ) {}

  /**
   * Resolves when the stream has ended, for whatever reason, with something to bill.
   *
   * @throws UpstreamFailure while nothing has left for the client, so that another channel may be tried; DomainError
   *   when the stream broke off before the model wrote anything, which costs nothing.
   */
  async deliver(
    job: RelayJob,
    trail: Trail,
    channel: Channel,
    provider: Provider,
    answer: UpstreamAnswer,
    signal: AbortSignal,
    settle: Settle,
  ): Promise<Delivery> {
    const { exchange, request, hold } = job;
    const chat = this.watch(job, channel, provider);
    trail.stream = chat;
    let firstByteMs = 0;
    const begin = (): void => {
      firstByteMs = exchange.elapsedMs;
      exchange.startStream({ ...admissionHeaders(job), 'content-type': 'text/event-stream; charset=utf-8' });
    };
    const failure = await pumpStream({
      body: answer.body,
      chat,
      exchange,
      begin,
      signal,
      textPiecesMax: piecesMax(hold.estimate.outputTokens),
      stallMs: this.settings.clientStallMs,
    });

    const isCutAtHold = failure instanceof HoldReached;
    if (isCutAtHold) chat.finishReason = 'length';
    const delivered = chat.usage !== undefined || chat.textPieces > 0;
    if (!delivered && !chat.isComplete) {
      breakOff(job, chat, failure);
      throw nothingDelivered(failure, signal);
    }

    const reported = believable(provider.normalizeUsage(chat.usage), chat.textPieces > 0);
    const counted = reported ?? (await this.localUsage.ofStream(request, chat.textBytes, chat.textPieces));
    const delivery: Delivery = {
      usage: withUnits(job, counted, chat.citesTheWeb),
      isEstimated: reported === undefined,
      modelServed: chat.model,
      finishReason: chat.finishReason,
      upstreamRequestId: answer.requestId,
      firstByteMs,
      ...(chat.isComplete || exchange.isDisconnected ? {} : { errorCode: codeOf(failure) }),
    };
    settle(delivery);
    if (isCutAtHold) endAtHold(job, chat);
    else if (failure || !chat.isComplete) breakOff(job, chat, failure);
    else {
      exchange.write(END_OF_STREAM);
      exchange.endStream();
    }
    return delivery;
  }

  private watch(job: RelayJob, channel: Channel, provider: Provider): ChatStream {
    const { request, principal, quote } = job;
    const chat: ChatStream = new ChatStream({
      forwardUsage: request.includeUsage,
      secrets: channel.keys.map(({ secret }) => secret),
      watchCitations: quote.terms.units?.webSearchCall !== undefined,
      membersForUsage: (usage) => {
        // What is not believable is counted at the end, when it is too late to tell.
        const reported = principal.showCost
          ? believable(provider.normalizeUsage(usage), chat.textPieces > 0)
          : undefined;
        if (!reported) return undefined;
        const { tokens, units } = withUnits(job, reported, chat.citesTheWeb);
        return `"cost":${creditsText(quote.costNanos(tokens, units))}`;
      },
    });
    return chat;
  }
}

/**
 * How many pieces of text a hold covers. A piece is at least a token; a few more are let through, for providers that cut
 * characters in two.
 */
function piecesMax(outputTokens: number): number {
  return Math.ceil(outputTokens * 1.1) + 16;
}

/** Ends the stream as a model does that reached its limit: what was held is used up. */
function endAtHold({ exchange }: RelayJob, chat: ChatStream): void {
  const choices = [{ index: 0, delta: {}, finish_reason: chat.finishReason }];
  const chunk = { id: exchange.requestId, object: 'chat.completion.chunk', model: chat.model, choices };
  exchange.write(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
  exchange.write(END_OF_STREAM);
  exchange.endStream();
}

/**
 * Tells the client in the stream what happened, and breaks the connection: SDKs take a stream that ends cleanly without
 * its last event for a whole answer.
 */
function breakOff({ exchange }: RelayJob, chat: ChatStream, failure: Error | undefined): void {
  if (chat.isFailed) {
    // The provider's own error event has already been passed on.
    exchange.breakOff(END_OF_FAILED_STREAM);
    return;
  }
  const message = failure?.message ?? 'The provider ended its answer before it was whole.';
  const envelope = errorEnvelope(new DomainError(codeOf(failure), message));
  exchange.breakOff(Buffer.from(`data: ${JSON.stringify(envelope)}\n\n`));
}

function nothingDelivered(failure: Error | undefined, signal: AbortSignal): DomainError {
  const message = signal.aborted ? 'The client went away before the answer began.' : 'The answer broke off.';
  return new DomainError(codeOf(failure), message, {}, { cause: failure });
}

function codeOf(failure: Error | undefined): 'upstream_error' | 'upstream_timeout' {
  return failure instanceof UpstreamFailure && failure.kind === 'timeout' ? 'upstream_timeout' : 'upstream_error';
}
