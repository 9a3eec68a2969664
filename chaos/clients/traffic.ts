import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import { drawPlan } from '../upstream/call-plan.js';
import { chat, type ChatCall } from './chat-call.js';
import { ClientBook, type ClientEntry } from './client-book.js';

export interface TrafficOptions {
  readonly random: Random;
  readonly clients: number;
  readonly gateways: readonly { readonly name: string; readonly url: string }[];
  /** One for each account. */
  readonly apiKeys: readonly string[];
  readonly model: string;
  /** By when every call must have ended. */
  readonly callMsMax: number;
}

const STREAM_SHARE = 0.6;
const LEAVING_SHARE = 0.15;
const SLOW_SHARE = 0.05;
const USAGE_SHARE = 0.5;
/** Enough, over a stream, that no buffer on the way holds all of it. */
const SLOW_PADDING_BYTES = 48_000;
const SLOW_PAUSE_MS = 40;
/** Whoever was refused does not ask again at once. */
const PAUSE_MS = { min: 20, max: 250 };
const REFUSED_PAUSE_MS = 200;

/** Clients that ask one question after the other until they are told to stop. */
export class Traffic {
  readonly book = new ClientBook();
  private isOver = false;
  private readonly listeners = new Set<(entry: ClientEntry) => void>();
  private readonly clients: Promise<unknown>;

  constructor(private readonly options: TrafficOptions) {
    const indices = Array.from({ length: options.clients }, (_, index) => index);
    this.clients = Promise.all(indices.map((index) => this.askOn(index)));
  }

  /** Resolves when every gateway has answered a call, begun from now on, as it should; rejects when the time is over. */
  async servedByAll(timeoutMs: number): Promise<void> {
    const missing = new Set(this.options.gateways.map(({ name }) => name));
    const begunBefore = new Set(this.underWay);
    await new Promise<void>((resolve, reject) => {
      const listener = ({ gateway, outcome, callId }: ClientEntry): void => {
        if (outcome === 'succeeded' && !begunBefore.has(callId)) missing.delete(gateway);
        if (missing.size === 0) finish(resolve);
      };
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        settle();
      };
      const timer = setTimeout(() => {
        finish(() => reject(new Error(`${[...missing].join(' and ')} answered nobody within ${timeoutMs} ms`)));
      }, timeoutMs);
      this.listeners.add(listener);
    });
  }

  /** Resolves when every call that is under way has ended. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.clients;
  }

  private readonly underWay = new Set<string>();

  private async askOn(index: number): Promise<void> {
    const random = this.options.random.of(`client ${index}`);
    for (let call = 0; !this.isOver; call += 1) {
      const drawn = this.draw(random, index, call);
      this.underWay.add(drawn.plan.callId);
      const entry = await chat(drawn);
      this.underWay.delete(entry.callId);
      this.book.add(entry);
      for (const listener of this.listeners) listener(entry);
      const isRefused = entry.outcome === 'refused' || entry.outcome === 'failed';
      await sleep(random.whole(PAUSE_MS.min, PAUSE_MS.max) + (isRefused ? REFUSED_PAUSE_MS : 0));
    }
  }

  private draw(random: Random, index: number, call: number): ChatCall {
    const { gateways, apiKeys, model, callMsMax } = this.options;
    const drawn = drawPlan(random, `client-${index}-call-${call}`);
    const stream = random.chance(STREAM_SHARE);
    const leaves = random.chance(LEAVING_SHARE);
    const isSlow = stream && random.chance(SLOW_SHARE);
    const leaveAt = leaves ? random.whole(0, stream ? drawn.pieces : 0) : undefined;
    return {
      plan: isSlow ? { ...drawn, paddingBytes: SLOW_PADDING_BYTES } : drawn,
      gateway: random.pick(gateways),
      apiKey: apiKeys[index % apiKeys.length] ?? '',
      model,
      stream,
      includeUsage: random.chance(USAGE_SHARE),
      leaveAtPiece: leaveAt,
      readPauseMs: isSlow ? SLOW_PAUSE_MS : 0,
      boundMs: callMsMax,
    };
  }
}
