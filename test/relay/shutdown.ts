import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { brokenRules } from './books.js';
import { chargeOf } from './stage/charge.js';
import { Administrator } from './stage/administrator.js';
import { TERMS, type Stage } from './stage/stage.js';
import { finishChunk, textChunk, usageChunk } from './stage/wire.js';

/** @param gateway the process that serves HTTP. */
export function describeShutdown(stage: Stage, gateway: string): void {
  describe('health', () => {
    it('says that the process lives, and that all it depends on answers', async () => {
      const health = async (name: string) => {
        const response = await fetch(`${stage.system.baseUrl}/health/${name}`);
        return { code: response.status, ...((await response.json()) as { status: string; checks?: object }) };
      };
      expect(await health('live')).toEqual({ code: 200, status: 'ok' });
      const { code, status, checks = {} } = await health('ready');
      expect({ code, status }).toEqual({ code: 200, status: 'ok' });
      expect(Object.keys(checks).length).toBeGreaterThanOrEqual(2);
      expect(new Set(Object.values(checks))).toEqual(new Set(['ok']));
    });
  });

  describe('SIGTERM', () => {
    it('lets an open stream come to its end, takes nothing new, books what was used, and ends with 0', async () => {
      const goOn = Promise.withResolvers<void>();
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          call.send(textChunk('before '));
          await goOn.promise;
          call.send(textChunk('after'));
          call.send(finishChunk());
          call.send(usageChunk());
          call.endEvents();
        },
      });
      const exchange = await scene.open({ stream: true });
      await exchange.waitForText('before ');

      const ended = stage.system.terminate(gateway);
      await waitFor(() => refusesConnections(stage.system.baseUrl), { what: 'new connections to be refused' });
      goOn.resolve();
      await exchange.waitForText('[DONE]');
      await exchange.waitForClose();
      expect(exchange.received).toContain('after');
      expect(exchange.endedCleanly).toBe(true);
      expect(await ended).toBe(0);

      await stage.system.restart(gateway);
      const record = await scene.onlyRecord();
      expect(BigInt(record.amountNanos)).toBe(chargeOf({ input: 11, output: 7 }, TERMS));
      await scene.chargeFor(record);
      await scene.settled();
      expect(await brokenRules(await Administrator.signIn(stage.system))).toEqual([]);
    });
  });
}

async function refusesConnections(baseUrl: string): Promise<boolean> {
  try {
    await fetch(`${baseUrl}/health/live`);
    return false;
  } catch {
    return true;
  }
}
