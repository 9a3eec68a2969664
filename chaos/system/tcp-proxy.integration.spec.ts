import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { TcpProxy } from './tcp-proxy.js';

interface Caller {
  readonly socket: Socket;
  readonly received: () => string;
  readonly state: { ended: boolean; error: string | undefined; closed: boolean };
}

describe('TcpProxy', () => {
  let target: Server;
  let proxy: TcpProxy;
  let heard: string;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    heard = '';
    // It repeats what it hears.
    target = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.on('data', (data: Buffer) => {
        heard += data.toString();
        socket.write(data);
      });
      socket.on('end', () => socket.end());
    });
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    proxy = await TcpProxy.start(() => (target.address() as AddressInfo).port);
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await proxy.stop();
    await new Promise((resolve) => target.close(resolve));
  });

  async function call(): Promise<Caller> {
    let text = '';
    const state: Caller['state'] = { ended: false, error: undefined, closed: false };
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('end', () => (state.ended = true));
    socket.on('error', (error: NodeJS.ErrnoException) => (state.error = error.code));
    socket.on('close', () => (state.closed = true));
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return { socket, received: () => text, state };
  }

  it('passes on what both sides say, in order', async () => {
    const { socket, received } = await call();
    for (let line = 0; line < 100; line += 1) socket.write(`${line},`);
    const all = Array.from({ length: 100 }, (_, line) => `${line},`).join('');
    expect(await waitFor(() => received() === all)).toBe(true);
  });

  it('holds everything back while it is stalled, from connections that are new as well, and then passes it on', async () => {
    const before = await call();
    proxy.stall();
    const during = await call();
    before.socket.write('one');
    during.socket.write('two');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([heard, before.received(), during.received()]).toEqual(['', '', '']);
    proxy.heal();
    await waitFor(() => before.received() === 'one' && during.received() === 'two');
  });

  it('lets nothing overtake what it delays', async () => {
    const { socket, received } = await call();
    proxy.delay(80);
    const startedAt = Date.now();
    socket.write('slow,');
    await waitFor(() => heard === 'slow,');
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(75);
    proxy.heal();
    socket.write('fast');
    await waitFor(() => received() === 'slow,fast');
  });

  it('breaks what there is and what is new while it resets, until it is healed', async () => {
    const before = await call();
    proxy.reset();
    await waitFor(() => before.state.error === 'ECONNRESET');
    const during = connect({ port: proxy.port, host: '127.0.0.1' });
    sockets.push(during);
    await new Promise<void>((resolve) => during.once('error', () => resolve()));
    proxy.heal();
    const after = await call();
    after.socket.write('again');
    expect(await waitFor(() => after.received() === 'again')).toBe(true);
  });

  it('ends only what the target says when it half-closes', async () => {
    const { socket, state } = await call();
    socket.write('before');
    await waitFor(() => heard === 'before');
    proxy.halfClose();
    await waitFor(() => state.ended);
    expect(state.closed).toBe(false);
    socket.write(' and after');
    await waitFor(() => heard === 'before and after');
  });

  it('passes on that one side has said all, while the other goes on', async () => {
    const { socket, received, state } = await call();
    socket.end('last words');
    await waitFor(() => state.ended);
    expect(received()).toBe('last words');
  });
});
