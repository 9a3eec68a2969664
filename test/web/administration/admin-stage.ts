import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { WebhookReceiver } from '../../../apps/usage-log/src/webhooks/testing/webhook-receiver.js';
import { Operator, type Person } from '../operator.js';
import { startWeb, type RunningWeb } from '../running-web.js';
import type { Visitor } from '../visitor.js';

export interface Items<Item> {
  readonly items: readonly Item[];
}

/** A started system with an account holder and a request, an administrator at the API, and one in a browser. */
export interface AdminStage {
  readonly web: RunningWeb;
  readonly operator: Operator;
  readonly person: Person;
  readonly receiver: WebhookReceiver;
  /** Makes one request with the demo key. */
  call(model?: string): Promise<void>;
  /** Opens a page, works on it, and expects that nothing went wrong meanwhile, but for refusals that are meant. */
  at(path: string, work: (page: Page, visitor: Visitor) => Promise<void>, meant?: readonly RegExp[]): Promise<void>;
}

/** Starts it before the tests of the surrounding block, and stops it after. It can be used within tests only. */
export function setAdminStage(): AdminStage {
  const stack = new AsyncDisposableStack();
  const parts: { web?: RunningWeb; operator?: Operator; person?: Person; receiver?: WebhookReceiver; at?: Visitor } =
    {};

  beforeAll(async () => {
    const receiver = await WebhookReceiver.start();
    stack.defer(() => receiver.stop());
    const web = await startWeb({ CODE_ROUTER_WEBHOOKS_ALLOW_PRIVATE: 'true' });
    stack.defer(() => web.stop());
    const operator = await Operator.signIn(web.system);
    const person = await operator.person('ada', { balanceNanos: '5000000000' });
    const at = await web.visitor({ signedInAs: 'admin' });
    Object.assign(parts, { web, operator, person, receiver, at });
  }, 180_000);

  afterAll(() => stack.disposeAsync());

  const part = <Name extends keyof typeof parts>(name: Name): NonNullable<(typeof parts)[Name]> => {
    const value = parts[name];
    if (!value) throw new Error('The stage is set before the tests; this ran before them.');
    return value;
  };
  return {
    get web() {
      return part('web');
    },
    get operator() {
      return part('operator');
    },
    get person() {
      return part('person');
    },
    get receiver() {
      return part('receiver');
    },
    async call(model = 'demo-chat') {
      const { baseUrl, demoKey } = part('web').system;
      const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${demoKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 }),
      });
      await answer.text();
      expect(answer.status).toBe(200);
    },
    async at(path, work, meant = []) {
      const visitor = part('at');
      // What an earlier test left is no concern of this one.
      visitor.problems();
      await work(await visitor.open(path), visitor);
      expect(visitor.problems(meant)).toEqual([]);
    },
  };
}
