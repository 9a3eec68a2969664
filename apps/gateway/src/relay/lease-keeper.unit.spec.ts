import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DeliveredUsage } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { LeaseKeeper } from './lease-keeper.js';
import { RelaySettings } from './relay-settings.js';

const LEASE_MS = 120_000;
const EXTEND_EVERY_MS = LEASE_MS / 12;
/** A quarter of the time between two checkpoints, and until somebody looks. */
const FIRST_CHECKPOINT_MS_MAX = EXTEND_EVERY_MS / 4 + EXTEND_EVERY_MS / 10;

interface Extension {
  readonly atMs: number;
  readonly outputTokens: number | undefined;
}

/** Writes down what it is asked for. */
class NotingClient extends ServiceClient {
  readonly extensions: Extension[] = [];

  request<Request, Reply>(_contract: unknown, request: Request): Promise<Reply> {
    const { delivered } = request as { delivered?: DeliveredUsage };
    this.extensions.push({ atMs: Date.now(), outputTokens: delivered?.tokens.output });
    return Promise.reject(new Error('quota is away'));
  }

  notify(): void {}
  onReconnected(): void {}
  isConnected(): boolean {
    return true;
  }
}

let client: NotingClient;
let keeper: LeaseKeeper;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  client = new NotingClient();
  keeper = new LeaseKeeper(client, new RelaySettings({ CODE_ROUTER_LEASE_MS: String(LEASE_MS) }));
});

afterEach(() => {
  keeper.onApplicationShutdown();
  jest.useRealTimers();
});

/** A stream whose first token comes after `beginsMs`, and then one each millisecond. */
function streamBeginning(beginsMs: number) {
  return {
    reservationId: `begins at ${beginsMs}`,
    context: () => ({}) as never,
    delivered: (): DeliveredUsage | undefined =>
      Date.now() < beginsMs ? undefined : { amountNanos: '1', tokens: { output: Date.now() - beginsMs } },
  };
}

describe('a lease that is kept', () => {
  it.each([0, 1, 2_400, 2_600, 9_900, 10_100, 60_000, 119_999])(
    'has a checkpoint soon after the answer has begun, %i ms after the hold, and one at each extension from then on',
    async (beginsMs) => {
      keeper.keep(streamBeginning(beginsMs));
      await jest.advanceTimersByTimeAsync(beginsMs + 60_000);
      const checkpoints = client.extensions.filter(({ outputTokens }) => outputTokens !== undefined);
      expect((checkpoints[0]?.atMs ?? Infinity) - beginsMs).toBeLessThanOrEqual(FIRST_CHECKPOINT_MS_MAX);
      const gaps = checkpoints.slice(1).map(({ atMs }, index) => atMs - (checkpoints[index]?.atMs ?? 0));
      expect(gaps.length).toBeGreaterThanOrEqual(4);
      for (const gap of gaps) expect(gap).toBeLessThanOrEqual(EXTEND_EVERY_MS * 1.1);
    },
  );

  it('is extended in time also while the answer has not begun, and no oftener', async () => {
    keeper.keep(streamBeginning(Infinity));
    await jest.advanceTimersByTimeAsync(LEASE_MS);
    const times = client.extensions.map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThanOrEqual(8);
    const gaps = times.map((atMs, index) => atMs - (times[index - 1] ?? 0));
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(EXTEND_EVERY_MS);
      expect(gap).toBeLessThanOrEqual(EXTEND_EVERY_MS + FIRST_CHECKPOINT_MS_MAX);
    }
  });

  it('is left alone when the request has ended', async () => {
    const stop = keeper.keep(streamBeginning(0));
    stop();
    await jest.advanceTimersByTimeAsync(LEASE_MS);
    expect(client.extensions).toEqual([]);
  });
});
