import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { FAULT_POINT_VARIABLE } from '@code-router/fault-points';
import { waitFor } from '@code-router/testing';
import { brokenRules } from './books.js';
import { nanosOf, NANOS_PER_CREDIT } from './stage/charge.js';
import type { BreakableSystem } from './stage/distributed-system.js';
import type { Answer, Scene } from './stage/scene.js';
import type { Stage } from './stage/stage.js';
import { answering } from './stage/wire.js';

const CLIENTS = 4;
/** Clients that were refused do not ask again at once. */
const PAUSE_MS = 25;
/** So many answers in a row show that requests are served. */
const ENOUGH = 25;
/** Seconds, unless the machine is slow to start processes. */
const CAUGHT_UP_MS_MAX = 75_000;
const TEST_MS_MAX = 240_000;

/** Clients that ask one question after the other, plain and streamed in turn, until they are told to stop. */
class Traffic {
  /** What each answer said that it cost, in nanos, by request id. */
  readonly costs = new Map<string, bigint>();
  refusals = 0;
  private isOver = false;
  private readonly clients: Promise<unknown>;

  constructor(private readonly scene: Scene) {
    this.clients = Promise.all(Array.from({ length: CLIENTS }, (_, index) => this.askOn(index % 2 === 0)));
  }

  async waitForAnswers(count = ENOUGH): Promise<void> {
    const wanted = this.costs.size + count;
    await waitFor(() => this.costs.size >= wanted, { timeoutMs: 20_000, what: `${count} more answers` });
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.clients;
  }

  private async askOn(stream: boolean): Promise<void> {
    while (!this.isOver) {
      const answer = await this.scene.ask(stream ? { stream, stream_options: { include_usage: true } } : {});
      const cost = /"cost":([\d.]+)/.exec(answer.text)?.[1];
      if (answer.status === 200 && cost !== undefined)
        this.costs.set(answer.requestId, nanosOf(cost, NANOS_PER_CREDIT));
      else {
        this.refusals += 1;
        await pause(PAUSE_MS);
      }
    }
  }
}

interface Part {
  readonly name: string;
  /** Whether requests are answered while it is away. */
  readonly isNeeded: boolean;
  crash(): Promise<void>;
  restart(): Promise<void>;
}

/** Everything beside the gateway that can crash. */
function partsOf(system: BreakableSystem): readonly Part[] {
  const process = (name: string, isNeeded: boolean): Part => ({
    name,
    isNeeded,
    crash: () => system.kill(name),
    restart: () => system.restart(name),
  });
  const server = (name: 'nats' | 'redis', isNeeded: boolean): Part => ({
    name,
    isNeeded,
    crash: () => system[name].crash(),
    restart: () => system[name].restart(),
  });
  return [
    process('usage-log', false),
    process('usage-log-worker', false),
    server('redis', false),
    process('pricing', false),
    process('quota', true),
    server('nats', true),
  ];
}

export function describeFaults(stage: Stage<BreakableSystem>): void {
  describe('the processes of the services', () => {
    it('are five, and each can end and start again, whichever others run', async () => {
      const { system } = stage;
      const names = Object.keys(system.processes).toSorted();
      expect(names).toEqual(['gateway', 'pricing', 'quota', 'usage-log', 'usage-log-worker']);
      await Promise.all(
        names.map(async (name) => {
          expect(await system.terminate(name)).toBe(0);
          await system.restart(name);
        }),
      );
      expect(Object.keys(system.processes).toSorted()).toEqual(names);
      expect((await (await stage.scene()).ask()).status).toBe(200);
    });
  });

  describe('when everything behind the gateway crashes in turn while requests are served', () => {
    it(
      'each request that was answered is charged once, for what its client was told; what is not needed is not missed',
      async () => {
        const scene = await stage.scene({ script: answering('Words that are paid for.') });
        const traffic = new Traffic(scene);
        for (const part of partsOf(stage.system)) {
          await traffic.waitForAnswers();
          await part.crash();
          if (!part.isNeeded) await traffic.waitForAnswers();
          await part.restart();
        }
        await traffic.waitForAnswers();
        await traffic.stop();

        const { costs } = traffic;
        await waitFor(async () => (await scene.charges()).length >= costs.size, {
          timeoutMs: CAUGHT_UP_MS_MAX,
          what: 'all charges',
        });
        const records = await waitFor(
          async () => {
            const found = await stage.admin.usageOf(scene.accountId);
            return found.filter(({ outcome }) => outcome === 'settled').length >= costs.size ? found : undefined;
          },
          { timeoutMs: CAUGHT_UP_MS_MAX, what: 'all usage records' },
        );
        const settled = records.filter(({ outcome }) => outcome === 'settled');
        const recorded = settled.map(({ requestId, amountNanos }) => [requestId, BigInt(amountNanos)] as const);
        expect(byName(recorded)).toEqual(byName([...costs]));
        const charged = (await scene.charges()).map(
          ({ reference, amountNanos }) => [reference, -BigInt(amountNanos)] as const,
        );
        expect(byName(charged)).toEqual(
          byName(settled.map(({ reservationId, amountNanos }) => [reservationId, BigInt(amountNanos)] as const)),
        );
        const total = [...costs.values()].reduce((sum, cost) => sum + cost, 0n);
        for (const granularity of ['hour', 'day'] as const) {
          const rollups = await stage.admin.rollups(scene.accountId, granularity);
          expect(rollups.reduce((sum, { amountNanos }) => sum + BigInt(amountNanos), 0n)).toBe(total);
        }
        expect(await brokenRules(stage.admin)).toEqual([]);
      },
      TEST_MS_MAX,
    );
  });

  describe('when quota dies after it has held an amount and before it says so', () => {
    /** Asks something of a quota that dies at its first decision, and resolves when it is dead. */
    async function askDying(scene: Scene): Promise<{ readonly answer: Promise<Answer> }> {
      await stage.system.terminate('quota');
      await stage.system.restart('quota', { [FAULT_POINT_VARIABLE]: 'reservation.decided:1' });
      const answer = scene.ask();
      await waitFor(() => stage.system.processes['quota'] === undefined, { what: 'quota to die' });
      return { answer };
    }

    it(
      'the hold is released as soon as it is back, long before its lease ends',
      async () => {
        const scene = await stage.scene();
        const { answer } = await askDying(scene);
        expect((await answer).status).toBe(503);
        await stage.system.restart('quota');
        await waitFor(async () => (await scene.account()).heldNanos === '0', {
          timeoutMs: 45_000,
          what: 'the hold to be released',
        });
        expect(await scene.onlyRecord()).toMatchObject({ outcome: 'released', errorCode: 'service_unavailable' });
        expect(await scene.charges()).toEqual([]);
        expect(scene.endpoint.calls).toEqual([]);
        expect(await brokenRules(stage.admin)).toEqual([]);
      },
      TEST_MS_MAX,
    );
  });

  describe('readiness', () => {
    const health = async (name: string) => (await fetch(`${stage.system.baseUrl}/health/${name}`)).status;

    it.each<[string, () => Promise<void>, () => Promise<void>]>([
      ['NATS', () => stage.system.nats.crash(), () => stage.system.nats.restart()],
      ['PostgreSQL', () => stage.system.takeDatabaseAway(), () => stage.system.bringDatabaseBack()],
    ])(
      'is lost while %s is away, and found again when it is back; the process lives on',
      async (_, leave, comeBack) => {
        expect(await health('ready')).toBe(200);
        await leave();
        await waitFor(async () => (await health('ready')) === 503, { what: 'readiness to be lost' });
        expect(await health('live')).toBe(200);
        await comeBack();
        await waitFor(async () => (await health('ready')) === 200, { what: 'readiness to be found again' });
      },
    );
  });

  describe('logs', () => {
    it('name the request that they are about, in each service that it went through', async () => {
      const scene = await stage.scene();
      await stage.system.takeDatabaseAway();
      const requestId = await requestIdOfFailure(scene).finally(() => stage.system.bringDatabaseBack());
      const about = () => stage.lines.filter(({ line }) => line.includes(requestId)).map(({ process }) => process);
      await waitFor(() => about().includes('quota') && about().includes('gateway'), {
        what: `log lines of gateway and quota about ${requestId}`,
      });
      expect(await waitFor(async () => (await scene.ask()).status === 200)).toBe(true);
    });
  });
}

async function requestIdOfFailure(scene: Scene): Promise<string> {
  const answer = await scene.ask();
  expect(answer.status).toBeGreaterThanOrEqual(500);
  return answer.requestId;
}

function byName(amounts: readonly (readonly [string, bigint])[]): readonly string[] {
  return amounts.map(([name, amount]) => `${name} ${amount}`).toSorted();
}
