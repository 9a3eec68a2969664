import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ServiceUnavailableException } from '@nestjs/common';
import type { ServiceClient } from '@code-router/messaging';
import { HealthController } from './health.controller.js';
import { ServiceHealth } from './service-health.js';

const client = { isConnected: () => true } as ServiceClient;

afterEach(() => {
  jest.useRealTimers();
});

describe('the health of a process', () => {
  it('is asked for once a second, however many ask', async () => {
    jest.useFakeTimers();
    const health = new ServiceHealth();
    let asked = 0;
    health.register('database', async () => (asked += 1));
    const all = () => Promise.all(Array.from({ length: 20 }, () => health.check(client)));
    expect(new Set((await all()).map((checks) => JSON.stringify(checks)))).toEqual(
      new Set(['{"process":"ok","messaging":"ok","database":"ok"}']),
    );
    jest.advanceTimersByTime(999);
    await all();
    expect(asked).toBe(1);
    jest.advanceTimersByTime(1);
    await all();
    expect(asked).toBe(2);
    health.beginShutdown();
    expect(await health.check(client)).toMatchObject({ process: 'failed: shutting down' });
  });

  it('is told to anybody by name, and to operators with the reason', async () => {
    const health = new ServiceHealth();
    health.register('database', () => Promise.reject(new Error('connect ECONNREFUSED db.internal:5432')));
    health.register('queue', () => Promise.resolve());
    expect(await health.check(client)).toMatchObject({ database: 'failed: connect ECONNREFUSED db.internal:5432' });
    const refused = await new HealthController(health, client).ready().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServiceUnavailableException);
    expect((refused as ServiceUnavailableException).getResponse()).toEqual({
      status: 'unavailable',
      checks: { process: 'ok', messaging: 'ok', database: 'failed', queue: 'ok' },
    });
  });
});
