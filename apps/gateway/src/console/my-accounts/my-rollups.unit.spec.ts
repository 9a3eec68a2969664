import { describe, expect, it } from '@jest/globals';
import type { UsageRollup } from '@code-router/contracts';
import { withoutChannels } from './my-rollups.js';

const rollup = (changes: Partial<UsageRollup>): UsageRollup => ({
  bucket: '2030-01-01T00:00:00.000Z',
  accountId: 'a',
  keyId: 'k',
  model: 'm',
  channelId: 'c',
  requests: 1,
  failures: 0,
  inputTokens: '10',
  outputTokens: '20',
  amountNanos: '9007199254740993',
  ...changes,
});

describe('roll-ups for account holders', () => {
  it('sum up over channels, exactly, and do not name them', () => {
    const summed = withoutChannels([
      rollup({}),
      rollup({ channelId: 'd', failures: 1 }),
      rollup({ channelId: null, model: 'n' }),
    ]);
    expect(summed).toHaveLength(2);
    expect(summed[0]).toMatchObject({ requests: 2, failures: 1, inputTokens: '20', amountNanos: '18014398509481986' });
    expect(JSON.stringify(summed)).not.toContain('channelId');
  });
});
