import type { DeliveredUsage } from '@code-router/contracts';
import { approximateTokens } from '../tokens/token-counter.js';
import type { RequestUnderWay } from './lease-keeper.js';
import { withUnits, type RelayJob, type Trail } from './relay-job.js';
import { usageContext } from './settle.js';

/** A request as its lease is extended: billed at what of its stream has gone by. */
export function underWay(job: RelayJob, trail: Trail): RequestUnderWay {
  return {
    reservationId: job.hold.reservationId,
    context: () => usageContext(job, trail),
    delivered: () => deliveredSoFar(job, trail),
  };
}

function deliveredSoFar({ request, quote }: RelayJob, { stream }: Trail): DeliveredUsage | undefined {
  if (!stream || stream.textPieces === 0) return undefined;
  const tokens = {
    input: approximateTokens(request.body.length, 0),
    output: approximateTokens(stream.textBytes, stream.textPieces),
  };
  const { units } = withUnits({ request, quote }, { tokens, reasoningTokens: 0 }, stream.citesTheWeb);
  return { amountNanos: quote.costNanos(tokens, units).toString(), tokens, ...(units ? { units } : {}) };
}
