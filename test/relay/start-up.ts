import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { ChildProgram, type StandaloneSystem } from '@code-router/testing';
import type { Stage } from './stage/stage.js';

interface ApiDocument {
  readonly paths: Readonly<Record<string, object>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, object>> }>>;
  };
}

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

  describe('the documentation of the API', () => {
    /** Of the built program: its compiler adds what comments and types say, which a test of the sources does not see. */
    it('describes every route, and each field of what is sent and answered', async () => {
      const answer = await fetch(`${stage.system.baseUrl}/api/docs-json`);
      expect(answer.status).toBe(200);
      const { paths, components } = (await answer.json()) as ApiDocument;
      expect(Object.keys(paths).length).toBeGreaterThan(90);
      const fields = Object.entries(components.schemas).flatMap(([schema, { properties = {} }]) =>
        Object.entries(properties).map(([name, field]) => ({ name: `${schema}.${name}`, field })),
      );
      expect(fields.filter(({ field }) => Object.keys(field).length === 0).map(({ name }) => name)).toEqual([]);
      expect(components.schemas['CreatedRedemptionBatchDto']?.properties?.['codes']).toMatchObject({
        type: 'array',
        items: { type: 'string' },
        description: expect.stringContaining('shown this once'),
      });
    });
  });

  describe('a start with a setting that cannot be used', () => {
    it.each([
      ['PORT', 'many'],
      ['HOST', '192.0.2.1'],
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
