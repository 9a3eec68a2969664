import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'undici';
import type { UpstreamBody } from '../provider.js';
import { exchange } from './http-exchange.js';

describe('an HTTP exchange with a provider', () => {
  let server: Server;
  let pool: Pool;

  afterEach(async () => {
    await pool.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Asks a provider that answers so. */
  async function ask(answer: RequestListener) {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    pool = new Pool(origin);
    const call = new AbortController();
    return { call, answered: exchange(pool, { origin, path: '/', method: 'POST', body: '{}' }, call.signal) };
  }

  /** All that a reader hears of a body, up to its end. */
  const readAll = (body: UpstreamBody) =>
    new Promise<string[]>((resolve) => {
      const heard: string[] = [];
      body.read({
        chunk: (data) => heard.push(data.toString()),
        end: () => resolve([...heard, '(end)']),
        fail: (error) => resolve([...heard, `(${error.message})`]),
      });
    });

  it('hands over the head and the whole body', async () => {
    const { answered } = await ask((_request, response) => response.writeHead(201, { 'x-a': 'b' }).end('body'));
    const { status, headers, body } = await answered;
    expect([status, headers['x-a'], await readAll(body)]).toEqual([201, 'b', ['body', '(end)']]);
  });

  it('that is given up before the head came rejects', async () => {
    const arrived = Promise.withResolvers<void>();
    const { call, answered } = await ask(() => arrived.resolve());
    await arrived.promise;
    call.abort();
    await expect(answered).rejects.toThrow('The call was given up.');
  });

  it('that is given up in the middle of the body tells its reader', async () => {
    const { call, answered } = await ask((_request, response) => response.write('half'));
    const { body } = await answered;
    const heard = readAll(body);
    call.abort();
    expect(await heard).toEqual(expect.arrayContaining(['(The call was given up.)']));
  });

  it('tells its reader when the provider breaks off', async () => {
    const { answered } = await ask((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    const heard = await readAll((await answered).body);
    expect(heard).toEqual(['half', '(The connection to the provider broke off.)']);
  });

  it('hands over everything to a reader that pauses again and again', async () => {
    const content = Buffer.alloc(8 * 1024 * 1024, 'x');
    const { answered } = await ask((_request, response) => response.end(content));
    const { body } = await answered;
    let received = 0;
    await new Promise<void>((resolve, reject) => {
      body.read({
        chunk: (data) => {
          received += data.length;
          body.pause();
          setImmediate(() => body.resume());
        },
        end: resolve,
        fail: reject,
      });
    });
    expect(received).toBe(content.length);
  });
});
