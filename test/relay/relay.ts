import { describe, expect, it } from '@jest/globals';
import { describeAccess } from './access.js';
import { describeBilling } from './billing.js';
import { brokenRules } from './books.js';
import { describeChatCompletions } from './chat-completions.js';
import { describeConcurrency } from './concurrency.js';
import { describeErrors } from './errors.js';
import { describeInvalidation } from './invalidation.js';
import { describeLimits } from './limits.js';
import { describeLogs } from './logs.js';
import { describeMetrics } from './metrics.js';
import { describeQuotes } from './quotes.js';
import { describeResilience } from './resilience.js';
import { describeShutdown } from './shutdown.js';
import type { Stage } from './stage/stage.js';
import { describeStreaming } from './streaming.js';
import { describeUnits } from './units.js';

/** What every form must be told of, so that tests need not wait for long. */
export const RELAY_SETTINGS = { CODE_ROUTER_READ_ON_MS: '400', LOG_LEVEL: 'debug' } as const;

/** Everything that a caller is promised, whatever form the system runs in. */
export function describeRelay(stage: Stage, gateway: string): void {
  describeChatCompletions(stage);
  describeStreaming(stage);
  describeErrors(stage);
  describeBilling(stage);
  describeAccess(stage);
  describeInvalidation(stage);
  describeResilience(stage);
  describeConcurrency(stage);
  describeLimits(stage);
  describeQuotes(stage);
  describeUnits(stage);
  describeShutdown(stage, gateway);
  describeLogs(stage);
  describeMetrics(stage);

  describe('after all of it', () => {
    it('the books are in order', async () => {
      expect(await brokenRules(stage.admin)).toEqual([]);
    });
  });
}
