import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { ChildProgram, type StandaloneSystem } from '@code-router/testing';
import type { Stage } from './stage/stage.js';

export function describeStartUp(stage: Stage<StandaloneSystem>): void {
  describe('a first start', () => {
    it('makes the administrator the owner of the account that the demo key belongs to', async () => {
      const { memberships } = await stage.admin.me();
      expect(memberships).toEqual([
        expect.objectContaining({ role: 'owner', account: expect.objectContaining({ name: 'Demo' }) }),
      ]);
    });
  });

  describe('a second start', () => {
    it('has all of the data', async () => {
      const scene = await stage.scene();
      const { requestId } = await scene.ask();
      await scene.chargeFor(await scene.record(requestId));
      const before = [await scene.settled(), await scene.charges(), await stage.admin.usageOf(scene.accountId)];
      expect(await stage.system.terminate('standalone')).toBe(0);
      await stage.system.restart('standalone');
      expect([await scene.account(), await scene.charges(), await stage.admin.usageOf(scene.accountId)]).toEqual(
        before,
      );
      expect((await scene.ask()).status).toBe(200);
    });
  });

  describe('a start with a setting that cannot be used', () => {
    it.each([
      ['PORT', 'many'],
      ['CODE_ROUTER_ENCRYPTION_KEY', 'too short'],
    ])('ends at once with one line that names it, and not with 0: %s', async (name, value) => {
      const program = await ChildProgram.start({
        name: 'standalone',
        command: process.execPath,
        args: [join(import.meta.dirname, '../../dist/apps/standalone/src/main.js')],
        environment: {
          PATH: process.env['PATH'],
          PORT: '0',
          CODE_ROUTER_DATA_DIR: join(stage.system.dataDirectory, 'of-another'),
          [name]: value,
        },
      });
      try {
        expect(await program.ended).toBe(1);
        expect(program.lines).toEqual([expect.stringContaining(name)]);
      } finally {
        await program.stop();
      }
    });
  });
}
