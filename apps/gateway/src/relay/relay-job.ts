import type { Principal } from '@code-router/contracts';
import type { Channel } from '../channels/domain/channel.js';
import type { ReportedUsage } from '../providers/provider.js';
import type { ChatRequest } from './chat-request.js';
import type { ClientExchange } from './client-exchange.js';
import type { PricedQuote } from './quote.js';

/** A request that may be sent upstream: known, priced, and with its cost held. */
export interface RelayJob {
  readonly exchange: ClientExchange;
  readonly principal: Principal;
  readonly request: ChatRequest;
  readonly quote: PricedQuote;
}

/** Where a request has been sent so far. */
export interface Trail {
  attempts: number;
  channel: Channel | undefined;
}

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

/** The headers that tell what a request is priced with. */
export function priceHeaders({ quote }: RelayJob): Record<string, string> {
  return { 'x-code-router-price-version': quote.message.priceVersionId };
}
