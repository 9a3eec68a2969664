import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DomainError, type ChannelTry } from '@code-router/contracts';
import { UpstreamFailure, type UpstreamAnswer } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import type { Channel } from '../channels/domain/channel.js';
import { nameOfProviderKey } from '../channels/domain/provider-key.js';
import { ChannelHealth, type ChannelFault } from '../routing/channel-health.js';
import { orderChannels } from '../routing/channel-order.js';
import { ChannelRegistry, upstreamNameOf } from '../routing/channel-registry.js';
import { Itinerary, type Route } from '../routing/itinerary.js';
import { keysRestUntil } from '../routing/key-choice.js';
import { isFaultOfKey, KeyHealth } from '../routing/key-health.js';
import { RouteHealth } from '../routing/route-health.js';
import type { RequestHeaders } from './authenticate.js';
import { upstreamBody } from './chat-request.js';
import { DeliverAnswer } from './deliver-answer.js';
import { DeliverStream } from './deliver-stream.js';
import type { Delivery, RelayJob, Settle, Trail } from './relay-job.js';
import { RelayMetrics } from './relay-metrics.js';
import { RelaySettings } from './relay-settings.js';
import { UpstreamRefusal } from './upstream-refusal.js';

/** Step 5: send the request to a channel, and the answer to the client. */
@Injectable()
export class Proxying {
  private readonly logger = new Logger('Relay');

  constructor(
    private readonly providers: Providers,
    private readonly registry: ChannelRegistry,
    private readonly channelHealth: ChannelHealth,
    private readonly keyHealth: KeyHealth,
    private readonly health: RouteHealth,
    private readonly answers: DeliverAnswer,
    private readonly streams: DeliverStream,
    private readonly settings: RelaySettings,
    private readonly metrics: RelayMetrics,
  ) {}

  /**
   * Tries channels and their keys in turn until one answers; once a byte has left for the client, that one is final. What is delivered
   * is settled before the client can see that it is whole.
   *
   * @throws DomainError when no channel gave an answer, or the one that began gave nothing that can be billed.
   */
  async deliver(job: RelayJob, trail: Trail, settle: Settle): Promise<Delivery> {
    const { exchange } = job;
    const giveUp = new AbortController();
    let readOn: NodeJS.Timeout | undefined;
    const stopListening = exchange.onDisconnect(() => {
      // For a while the answer is read on, to learn what it used; then the provider is cut off.
      readOn = setTimeout(() => giveUp.abort(), this.settings.readOnAfterDisconnectMs);
    });
    try {
      return await this.tryInTurn(job, trail, giveUp.signal, settle);
    } finally {
      clearTimeout(readOn);
      stopListening();
    }
  }

  private async tryInTurn(job: RelayJob, trail: Trail, signal: AbortSignal, settle: Settle): Promise<Delivery> {
    let failure: unknown;
    let fault: ChannelFault | undefined;
    const itinerary = new Itinerary(this.channelsFor(job), this.keyHealth);
    for (let route = itinerary.next(false); route; route = itinerary.next(isFaultOfKey(fault?.httpStatus))) {
      const ended = this.beginTry(trail, route);
      const beganAtMs = performance.now();
      try {
        const delivery = await this.attempt(job, trail, route, signal, (made) => {
          ended({ result: made.errorCode ?? 'answered', httpStatus: 200 });
          settle(made);
        });
        if (delivery.errorCode) this.health.failed(route, { code: delivery.errorCode, httpStatus: 200 });
        else this.health.succeeded(route, Math.round(performance.now() - beganAtMs));
        return delivery;
      } catch (error) {
        if (!trail.isSettled) ended(outcomeOf(error));
        fault = faultOf(error);
        if (isFaultOfChannel(error) && !signal.aborted) {
          this.reportRefusal(route, error);
          this.health.failed(route, fault);
        }
        failure = error;
        if (!isFaultOfChannel(error) || job.exchange.isAnswered || job.exchange.isDisconnected) break;
      }
    }
    throw failure instanceof UpstreamFailure ? unavailable(failure) : failure;
  }

  /** Says what the provider said of a key, once: from then on the key rests. */
  private reportRefusal({ channel, key }: Route, error: unknown): void {
    if (!(error instanceof UpstreamRefusal) || error.keyStatus === undefined) return;
    if (key && this.keyHealth.isResting(key.id)) return;
    const names = { channel: channel.name, key: key && nameOfProviderKey(key), httpStatus: error.keyStatus };
    this.logger.warn('A provider refused a channel or its key.', { ...names, err: error.cause });
  }

  private beginTry(trail: Trail, route: Route): (outcome: TryOutcome) => void {
    trail.attempts += 1;
    trail.channel = route.channel;
    const beganAtMs = performance.now();
    return (outcome) => {
      trail.tries.push(tryOf(route, beganAtMs, outcome));
      this.metrics.tried(route.channel.id, outcome.result);
    };
  }

  private channelsFor({ quote, principal }: RelayJob): readonly Channel[] {
    const group = principal.keyGroup ?? principal.accountGroup;
    // An alias has been resolved by the quote.
    const { model } = quote.message;
    const serving = this.registry.serving(model, group);
    if (serving.length === 0) {
      throw new DomainError(
        'no_channel_available',
        `No provider serves the model '${model}' to your group now. Please ask the operator of this server.`,
        { param: 'model' },
      );
    }
    return orderChannels(serving, (channel) => this.isResting(channel));
  }

  private isResting(channel: Channel): boolean {
    return this.channelHealth.isResting(channel.id) || keysRestUntil(channel, this.keyHealth) > 0;
  }

  private async attempt(
    job: RelayJob,
    trail: Trail,
    { channel, key }: Route,
    signal: AbortSignal,
    settle: Settle,
  ): Promise<Delivery> {
    const { request, exchange, quote, hold, principal } = job;
    const provider = this.providers.of(channel);
    const limit =
      hold.outputTokensMax === undefined
        ? undefined
        : { tokens: hold.outputTokensMax, name: provider.outputLimitOf(channel) };
    const call = {
      channel,
      apiKey: key?.secret ?? null,
      body: upstreamBody(request, upstreamNameOf(channel, quote.message.model) ?? request.model, limit),
      stream: request.stream,
      headers: passedHeaders(exchange.headers, principal.accountId),
      requestId: exchange.requestId,
    };
    const answer: UpstreamAnswer = await provider.send(call, signal);
    return request.stream && answer.status === 200
      ? this.streams.deliver(job, trail, channel, provider, answer, signal, settle)
      : this.answers.deliver(job, channel, provider, answer, settle);
  }
}

type TryOutcome = Pick<ChannelTry, 'result' | 'httpStatus'>;

function tryOf({ channel, key }: Route, beganAtMs: number, outcome: TryOutcome): ChannelTry {
  return {
    channelId: channel.id,
    channelName: channel.name,
    providerKey: key ? nameOfProviderKey(key) : undefined,
    result: outcome.result,
    httpStatus: outcome.httpStatus,
    durationMs: Math.round(performance.now() - beganAtMs),
  };
}

function outcomeOf(error: unknown): TryOutcome {
  if (error instanceof UpstreamRefusal) {
    const { upstreamStatus } = error.details;
    return { result: error.code, ...(typeof upstreamStatus === 'number' ? { httpStatus: upstreamStatus } : {}) };
  }
  if (error instanceof UpstreamFailure) return { result: unavailable(error).code };
  return { result: error instanceof DomainError ? error.code : 'internal_error' };
}

/** Whether another channel may do better, rather than another request. */
export function isFaultOfChannel(error: unknown): boolean {
  return error instanceof UpstreamFailure || (error instanceof UpstreamRefusal && error.isRetryable);
}

/** For the operator: what a channel's provider did wrong. A refused key is so by the status that says it. */
export function faultOf(error: unknown): ChannelFault {
  const { result: code, ...answered } = outcomeOf(error);
  const { retryAfterMs } = error instanceof UpstreamRefusal ? error.details : {};
  const blamed =
    error instanceof UpstreamRefusal && error.keyStatus !== undefined ? { httpStatus: error.keyStatus } : {};
  return { code, ...answered, ...blamed, ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}) };
}

function unavailable(failure: UpstreamFailure): DomainError {
  const code = failure.kind === 'timeout' ? 'upstream_timeout' : 'upstream_error';
  return new DomainError(code, failure.message, {}, { cause: failure });
}

/**
 * Headers of the client that mean something to a provider. All clients share the provider's key, and with it one space of
 * idempotency keys: each account gets its own part of it, so that nobody is answered what another one asked.
 */
function passedHeaders(
  { 'openai-beta': beta, 'idempotency-key': idempotencyKey }: RequestHeaders,
  accountId: string,
): Record<string, string> {
  const passed: Record<string, string> = {};
  if (typeof beta === 'string') passed['openai-beta'] = beta;
  if (typeof idempotencyKey === 'string') {
    passed['idempotency-key'] = createHash('sha256').update(`${accountId} ${idempotencyKey}`).digest('hex');
  }
  return passed;
}
