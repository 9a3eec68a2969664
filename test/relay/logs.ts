import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import type { Stage } from './stage/stage.js';

export function describeLogs(stage: Stage): void {
  describe('the log', () => {
    it('tells of a refused request under the id that its client was given', async () => {
      const scene = await stage.scene({ script: (call) => call.answer(500, '{}') });
      const { requestId } = await scene.ask();
      const entry = await waitFor(() => stage.lines.find(({ line }) => line.includes(requestId)), {
        what: `a log line about ${requestId}`,
      });
      expect(JSON.parse(entry.line)).toMatchObject({ level: 'debug', requestId, code: 'upstream_error' });
    });

    it('takes a client that leaves while it still sends for no failure', async () => {
      const scene = await stage.scene();
      const before = stage.lines.length;
      const exchange = await scene.open({}, { 'content-length': '5000' });
      await exchange.leave();
      const entries = () => stage.lines.slice(before).filter(({ line }) => line.includes('ECONNRESET'));
      await waitFor(() => entries().length > 0, { what: 'a log line about the client that left' });
      for (const { line } of entries()) expect(JSON.parse(line)).toMatchObject({ level: 'debug', context: 'Http' });
    });

    it('never has a key in it', async () => {
      const scene = await stage.scene({ channel: { apiKey: 'sk-the-secret-of-the-channel' } });
      await Promise.all([
        scene.ask(),
        scene.ask({ model: 'none' }),
        scene.ask({}, { 'x-api-key': `${scene.key.secret}x` }),
      ]);
      const text = stage.lines.map(({ line }) => line).join('\n');
      expect(text).not.toContain(scene.key.secret);
      expect(text).not.toContain('sk-the-secret-of-the-channel');
    });

    it('is lines of JSON, each with its time, its level and its service', () => {
      const entries = stage.lines.map(({ line }) => line).filter((line) => !isOfTheBanner(line));
      expect(entries.length).toBeGreaterThan(10);
      for (const entry of entries) {
        expect(JSON.parse(entry)).toMatchObject({
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          level: expect.stringMatching(/^(debug|info|warn|error)$/),
          service: expect.any(String),
        });
      }
    });

    it('tells of every module and route of a start to nobody but those who ask for it', () => {
      const starting = stage.lines.filter(({ line }) => /"context":"(InstanceLoader|Router|Routes)/.test(line));
      expect(starting.length).toBeGreaterThan(100);
      for (const { line } of starting) expect(JSON.parse(line)).toMatchObject({ level: 'debug' });
    });
  });

  /** The standalone form greets a person at a terminal. */
  function isOfTheBanner(line: string): boolean {
    return 'standalone' in stage.system.processes && !line.startsWith('{');
  }
}
