import type { ChannelTry, Principal } from '@code-router/contracts';
import type { Channel } from '../channels/domain/channel.js';
import type { ReportedUsage } from '../providers/provider.js';
import type { ChatRequest } from './chat-request.js';
import type { ChatStream } from './chat-stream.js';
import type { ClientExchange } from './client-exchange.js';
import type { PricedQuote } from './quote.js';
import { unitsUsed } from './requested-units.js';
import { rateLimitHeaders, type Hold } from './reserve.js';

/** A request that may be sent upstream: known, priced, and with its cost held. */
export interface RelayJob {
  readonly exchange: ClientExchange;
  readonly principal: Principal;
  readonly request: ChatRequest;
  readonly quote: PricedQuote;
  readonly hold: Hold;
  /** The client's address, unless nothing is to keep it. */
  readonly recordedIp: string | undefined;
}

/** Where a request has been sent so far. */
export interface Trail {
  attempts: number;
  /** What came of each attempt that has ended. */
  readonly tries: ChannelTry[];
  channel: Channel | undefined;
  /** The stream that goes by, once one does. */
  stream: ChatStream | undefined;
  /** Its settlement is kept: nothing that happens from here on changes it. */
  isSettled: boolean;
}

/** Of a request that was sent nowhere yet. */
export function newTrail(): Trail {
  return { attempts: 0, tries: [], channel: undefined, stream: undefined, isSettled: false };
}

/**
 * Keeps the settlement of a delivery. It is called before the client can see that its request has succeeded, so that
 * whatever happens then, the success is paid for.
 */
export type Settle = (delivery: Delivery) => void;

/** What the client got, and what it cost. */
export interface Delivery {
  readonly usage: ReportedUsage;
  /** The provider sent no usage: it was counted here. */
  readonly isEstimated: boolean;
  readonly modelServed: string | undefined;
  readonly finishReason: string | undefined;
  readonly upstreamRequestId: string | undefined;
  readonly firstByteMs: number;
  /** Why the answer is not whole. */
  readonly errorCode?: 'upstream_error' | 'upstream_timeout';
}

/** What was used, with what of it is priced by the piece. */
export function withUnits(
  { request, quote }: Pick<RelayJob, 'request' | 'quote'>,
  { units: reported, ...usage }: ReportedUsage,
  citesTheWeb: boolean,
): ReportedUsage {
  const units = unitsUsed(request.units, { reported, citesTheWeb }, quote.terms);
  return units ? { ...usage, units } : usage;
}

/** The headers that tell what a request is priced with, and what is left of the limits that admitted it. */
export function admissionHeaders({ quote, hold, request }: RelayJob): Record<string, string> {
  return {
    'x-code-router-price-version': quote.message.priceVersionId,
    ...rateLimitHeaders(hold),
    // Says so when less output is allowed than was asked for, because no more can be paid.
    ...(hold.outputTokensMax === undefined || hold.outputTokensMax === request.outputTokensMax
      ? {}
      : { 'x-code-router-max-tokens': hold.outputTokensMax.toString() }),
  };
}
