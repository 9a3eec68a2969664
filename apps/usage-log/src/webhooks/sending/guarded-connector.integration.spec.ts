import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
import { guardedConnector, type Resolve } from './guarded-connector.js';

describe('a connection to where a webhook leads', () => {
  let server: Server;
  let port: number;
  let requests = 0;

  beforeAll(async () => {
    server = createServer((_, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  /** A resolver that leads to other addresses each time that it is asked. */
  function resolver(...answers: readonly (readonly string[])[]): { readonly find: Resolve; readonly asked: string[] } {
    const asked: string[] = [];
    const find: Resolve = (host, _, done) => {
      const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(host);
      done(
        null,
        addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return { find, asked };
  }

  const get = async (host: string, find?: Resolve) => {
    const agent = new Agent({ connect: guardedConnector(500, find) });
    try {
      return (await request(`http://${host}:${port}/`, { dispatcher: agent })).statusCode;
    } finally {
      await agent.destroy();
    }
  };

  it.each(['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', '0.0.0.0', 'localhost'])(
    'is not made to this machine, however it is written: %s',
    async (host) => {
      await expect(get(host)).rejects.toThrow(/private address/);
      expect(requests).toBe(0);
    },
  );

  it('is not made to a name that leads to private addresses only', async () => {
    await expect(get('inside.example.com', resolver(['10.0.0.1', '127.0.0.1', 'fd00::1']).find)).rejects.toThrow(
      'inside.example.com is a private address, and those are not allowed',
    );
  });

  it('never takes the private one among the addresses of a name', async () => {
    const mixed = resolver(['127.0.0.1', '93.184.216.34', '::1']);
    // Whether the public one answers on this port or not: it is asked, and this machine is not.
    await get('mixed.example.com', mixed.find).catch(() => undefined);
    expect(mixed.asked).toEqual(['mixed.example.com']);
    expect(requests).toBe(0);
  });

  it('is checked in the look-up that it is made with: a name that leads elsewhere the second time gains nothing', async () => {
    const rebinding = resolver(['93.184.216.34'], ['127.0.0.1']);
    const agent = new Agent({ connect: guardedConnector(300, rebinding.find) });
    const attempt = () => request(`http://rebinding.example.com:${port}/`, { dispatcher: agent });
    await attempt().catch(() => undefined);
    expect(rebinding.asked.length).toBeGreaterThanOrEqual(1);
    await agent.destroy();
    await expect(get('rebinding.example.com', resolver(['127.0.0.1']).find)).rejects.toThrow(/private address/);
    expect(requests).toBe(0);
  });
});
