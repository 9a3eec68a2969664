import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { Account, CreatedKey, GrantReply, Group, Model } from '@code-router/contracts';
import type { ChannelSummary } from '../../../apps/gateway/src/channels/domain/channel.js';
import { startConsole, type RunningConsole } from '../running-console.js';

export const PROVIDER_KEY = 'sk-the-secret-of-a-provider-abcd';

const numbers = (function* () {
  for (let number = 1; ; number += 1) yield number;
})();

/** A name that nothing else has. */
export const unique = (what: string) => `${what}-${numbers.next().value}`;

export const priceOf = (model: string) => `/api/prices?model=${encodeURIComponent(model)}`;

/** A running console, and what its administrator enters into it. */
export type AdministrationStage = ReturnType<typeof setAdministrationStage>;

/** Starts it before the tests of the surrounding block, and stops it after. It can be used within tests only. */
export function setAdministrationStage() {
  let running: RunningConsole | undefined;

  beforeAll(async () => {
    running = await startConsole();
  });

  afterAll(async () => {
    await running?.stop();
  });

  return {
    get console(): RunningConsole {
      if (!running) throw new Error('The stage is set before the tests; this ran before them.');
      return running;
    },
    addChannel(changes: object = {}) {
      return this.console.ask<ChannelSummary>('POST', '/api/channels', {
        name: unique('channel'),
        provider: 'openai-compatible',
        baseUrl: 'https://api.example.com/v1',
        apiKey: PROVIDER_KEY,
        models: [{ name: 'gpt-4o' }],
        ...changes,
      });
    },
    addModel(name = unique('vendor/model')) {
      return this.console.ask<Model>('POST', '/api/models', { name, contextWindow: 128_000, maxOutputTokens: 4_096 });
    },
    addGroup(multiplier = '1') {
      return this.console.ask<Group>('PUT', '/api/groups', { name: unique('group'), multiplier });
    },
    addAccount(changes: object = {}) {
      return this.console.ask<Account>('POST', '/api/accounts', { name: unique('account'), ...changes });
    },
    addKey(accountId: string, changes: object = {}) {
      const path = `/api/accounts/${accountId}/keys`;
      return this.console.ask<CreatedKey>('POST', path, { name: unique('key'), ...changes });
    },
    grant(accountId: string, amountNanos = '1000') {
      const path = `/api/accounts/${accountId}/grants`;
      return this.console.ask<GrantReply>('POST', path, { amountNanos, reference: randomUUID() });
    },
  };
}
