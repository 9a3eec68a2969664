import { afterAll, beforeAll } from '@jest/globals';
import { LLMock } from '@copilotkit/aimock';
import type { CreateAccount, CreateKey, CreateModel } from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';
import type { RunningSystem } from '@code-router/testing';
import { Administrator, type ChannelInput } from './administrator.js';
import { NANOS_PER_CREDIT } from './charge.js';
import { Scene } from './scene.js';
import { ScriptedUpstream, type Endpoint, type Script } from './scripted-upstream.js';
import { answering } from './wire.js';

/** A started system, the upstreams that its channels lead to, and its administrator. */
export interface Stage<System extends RunningSystem = RunningSystem> {
  readonly system: System;
  readonly admin: Administrator;
  readonly upstream: ScriptedUpstream;
  readonly aimock: LLMock;
  /** Every line that the system's processes have written so far. */
  readonly lines: readonly LogLine[];
  scene(options?: SceneOptions): Promise<Scene>;
}

export interface LogLine {
  readonly process: string;
  readonly line: string;
}

export interface SceneOptions {
  /** What the upstream does; it answers with a short text when absent. */
  readonly script?: Script;
  readonly terms?: PriceTermsText;
  readonly channel?: Partial<ChannelInput>;
  readonly model?: Partial<CreateModel>;
  readonly account?: Partial<CreateAccount>;
  readonly key?: Partial<CreateKey>;
  /** 100 credits when absent. */
  readonly grantNanos?: bigint;
}

/**
 * When a change is taken to have come by its event: what gateways keep would go on for a minute without one. It takes
 * milliseconds, and the promised second at most, but a machine that runs other tests beside may be slower.
 */
export const CHANGED_MS_MAX = 10_000;

/** Rates that are prime, so that no two mistakes cancel out and amounts need rounding. */
export const TERMS: PriceTermsText = {
  rates: { input: '2500000003', cachedInput: '1250000009', output: '10000000019' },
  perCallNanos: '0',
  tiers: [],
};

let named = 0;

/** A name that nothing else in the system has. */
export function unique(name: string): string {
  named += 1;
  return `${name}-${named}`;
}

/**
 * Starts the system and its upstreams before the tests of the surrounding block, and stops them after. What it resolves
 * to can be read within tests only.
 */
export function setStage<System extends RunningSystem>(
  start: (onLine: (process: string, line: string) => void) => Promise<System>,
): Stage<System> {
  const lines: LogLine[] = [];
  const stack = new AsyncDisposableStack();
  const parts: { system?: System; admin?: Administrator; upstream?: ScriptedUpstream; aimock?: LLMock } = {};

  beforeAll(async () => {
    const upstream = await ScriptedUpstream.start();
    stack.defer(() => upstream.stop());
    const aimock = await LLMock.create({ port: 0, host: '127.0.0.1' });
    stack.defer(() => aimock.stop());
    const system = await start((process, line) => lines.push({ process, line }));
    stack.defer(() => system.stop());
    Object.assign(parts, { system, upstream, aimock, admin: await Administrator.signIn(system) });
  });
  afterAll(() => stack.disposeAsync());

  return {
    get system() {
      return started(parts.system);
    },
    get admin() {
      return started(parts.admin);
    },
    get upstream() {
      return started(parts.upstream);
    },
    get aimock() {
      return started(parts.aimock);
    },
    lines,
    scene: (options) => makeScene(started(parts.system), started(parts.admin), started(parts.upstream), options),
  };
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('the stage is set before the first test, and not earlier');
  return part;
}

async function makeScene(
  system: RunningSystem,
  admin: Administrator,
  upstream: ScriptedUpstream,
  options: SceneOptions = {},
): Promise<Scene> {
  const { script = answering('Hello back.'), terms = TERMS, grantNanos = 100n * NANOS_PER_CREDIT } = options;
  const model = options.model?.name ?? unique('model');
  const endpoint = upstream.endpoint(script);
  const [, account] = await Promise.all([
    admin.createModel({ contextWindow: 128_000, maxOutputTokens: 4_096, ...options.model, name: model }),
    admin.createAccount({ name: unique('account'), ...options.account }),
  ]);
  const [channel, price, key] = await Promise.all([
    admin.createChannel(channelTo(endpoint, model, options.channel)),
    admin.setPrice(model, terms),
    admin.createKey({ name: unique('key'), ...options.key, accountId: account.id }),
    ...(grantNanos > 0n ? [admin.grant(account.id, grantNanos, unique('grant'))] : []),
  ]);
  return new Scene({
    baseUrl: system.baseUrl,
    admin,
    model,
    account,
    key,
    channel,
    endpoint,
    priceVersionId: price.id,
  });
}

/** A channel that serves a model from an endpoint of the scripted upstream, unless it is told otherwise. */
export function channelTo(endpoint: Endpoint, model: string, others: Partial<ChannelInput> = {}): ChannelInput {
  return {
    name: unique('channel'),
    provider: 'openai-compatible',
    ...(others.provider === 'demo' ? {} : { baseUrl: endpoint.baseUrl, apiKey: 'sk-of-the-upstream' }),
    models: [{ name: model }],
    ...others,
  };
}
