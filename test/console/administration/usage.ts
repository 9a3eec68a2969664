import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { usageEvent, type Page, type UsageRecord, type UsageRollup } from '@code-router/contracts';
import { UsageEventLog } from '@code-router/messaging';
import { waitFor } from '@code-router/testing';
import type { AdministrationStage } from './administration-stage.js';

export function describeUsage(stage: AdministrationStage): void {
  describe('usage', () => {
    it('is listed by account, key, model and request, and summed up', async () => {
      const [accountId, keyId, requestId] = [randomUUID(), randomUUID(), randomUUID()];
      await stage.console.app.get(UsageEventLog).publish(
        usageEvent(
          {
            outcome: 'settled',
            reservationId: randomUUID(),
            requestId,
            accountId,
            keyId,
            keyName: 'laptop',
            endpoint: '/v1/chat/completions',
            stream: false,
            modelAsked: 'vendor/model',
            attempts: 1,
            tokens: { input: 1_000, output: 500 },
            reasoningTokens: 0,
            estimated: false,
            priceVersionId: '1',
            terms: { rates: { input: '1000000', output: '1000000' }, perCallNanos: '0', tiers: [] },
            multiplierMillionths: '1000000',
            multiplierSource: 'default',
            amountNanos: '1500',
            httpStatus: 200,
            clientDisconnected: false,
            startedAt: '2026-03-01T10:20:29.000Z',
            completedAt: '2026-03-01T10:20:30.000Z',
            latencyMs: 1_000,
          },
          'urn:code-router:gateway:test',
        ),
      );
      const records = (query: string) => stage.console.ask<Page<UsageRecord>>('GET', `/api/usage?${query}`);
      await waitFor(async () => (await records(`accountId=${accountId}`)).items.length === 1, {
        what: 'the usage record',
      });
      for (const filter of [
        `keyId=${keyId}`,
        `requestId=${requestId}`,
        `accountId=${accountId}&model=vendor%2Fmodel`,
      ]) {
        expect((await records(filter)).items).toMatchObject([{ requestId, amountNanos: '1500' }]);
      }
      expect((await records(`accountId=${accountId}&model=other`)).items).toEqual([]);

      const { rollups } = await stage.console.ask<{ rollups: UsageRollup[] }>(
        'GET',
        `/api/usage/rollups?accountId=${accountId}&granularity=day&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z`,
      );
      expect(rollups).toMatchObject([{ requests: 1, inputTokens: '1000', outputTokens: '500', amountNanos: '1500' }]);
    });
  });
}
