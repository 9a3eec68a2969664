import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { unique, type Stage } from './stage/stage.js';
import { answering } from './stage/wire.js';

const ENDPOINT = 'endpoint="/v1/chat/completions"';

export function describeMetrics(stage: Stage): void {
  describe('the metrics of the gateway', () => {
    it('tell how requests ended, how long they took, and what channels did, with no label that a client chooses', async () => {
      let goOn: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      const answer = answering('ok');
      const scene = await stage.scene({
        script: async (call) => {
          if (call.body.includes('"temperature"')) return call.answer(500, {});
          if (call.json.stream) await held;
          return answer(call);
        },
      });
      const read = async (): Promise<string> => (await fetch(`${scene.baseUrl}/metrics`)).text();
      const of = (name: string, labels: string, text: string): number =>
        Number(
          text
            .split('\n')
            .find((line) => line.startsWith(`${name}{${labels}} `))
            ?.split(' ')
            .at(-1) ?? 0,
        );
      const before = await read();
      const increases = async (expected: readonly (readonly [name: string, labels: string, more: number])[]) => {
        for (const [name, labels, more] of expected) {
          // A request ends a moment after its client has the last byte; other tests leave some behind.
          const what = `${name}{${labels}}`;
          await waitFor(async () => of(name, labels, await read()) >= of(name, labels, before) + more, { what });
        }
      };

      const stream = scene.ask({ stream: true });
      await increases([['code_router_streams', ENDPOINT, 1]]);
      await scene.ask();
      await scene.ask({ temperature: 1 });
      const unknown = unique('nothing');
      await scene.ask({ model: unknown });
      goOn();
      await stream;

      await increases([
        ['code_router_requests_total', `${ENDPOINT},status="2xx"`, 2],
        ['code_router_requests_total', `${ENDPOINT},status="4xx"`, 1],
        ['code_router_requests_total', `${ENDPOINT},status="5xx"`, 1],
        ['code_router_request_duration_seconds_count', `${ENDPOINT},stream="false"`, 3],
        ['code_router_request_duration_seconds_count', `${ENDPOINT},stream="true"`, 1],
        ['code_router_request_first_byte_seconds_count', ENDPOINT, 1],
      ]);
      const after = await read();
      const channel = `channel="${scene.channel.id}"`;
      expect(of('code_router_upstream_requests_total', `${channel},result="answered"`, after)).toBe(2);
      expect(of('code_router_upstream_requests_total', `${channel},result="upstream_error"`, after)).toBe(1);
      expect(of('code_router_channel_healthy', channel, after)).toBe(1);
      expect(of('code_router_channel_info', `${channel},name="${scene.channel.name}"`, after)).toBe(1);
      expect(after).not.toContain(unknown);
    });
  });
}
