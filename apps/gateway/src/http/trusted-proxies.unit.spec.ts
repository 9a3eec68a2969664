import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { readHttpOptions } from './http-settings.js';

const trusted = (setting: string) => readHttpOptions({ CODE_ROUTER_TRUST_PROXY: setting }).trustProxy;

/** What a server takes for its client that 10.0.0.9 connects to, with what a client forged before proxies appended. */
async function clientSeen(setting: string, forwardedFor: string, remoteAddress = '10.0.0.9') {
  const server = fastify({ trustProxy: trusted(setting) });
  server.get('/', ({ ip, protocol, host }) => ({ ip, protocol, host }));
  const headers = {
    host: 'inside',
    'x-forwarded-for': forwardedFor,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'outside',
  };
  const seen = (await server.inject({ url: '/', headers, remoteAddress })).json<Record<string, string>>();
  await server.close();
  return [seen['ip'], seen['protocol'], seen['host']];
}

describe('behind proxies that append to x-forwarded-for, a client', () => {
  const FORGED = '1.1.1.1, 203.0.113.7';
  const UNSEEN = ['10.0.0.9', 'http', 'inside'];

  it.each([
    ['false', FORGED, UNSEEN],
    ['0', FORGED, UNSEEN],
    ['', FORGED, UNSEEN],
    // The first address is whatever the client wrote: only for a proxy that overwrites the header.
    ['true', FORGED, ['1.1.1.1', 'https', 'outside']],
    ['1', FORGED, ['203.0.113.7', 'https', 'outside']],
    ['2', `${FORGED}, 10.0.0.8`, ['203.0.113.7', 'https', 'outside']],
    ['10.0.0.0/8', `${FORGED}, 10.0.0.8`, ['203.0.113.7', 'https', 'outside']],
    ['10.0.0.9', `${FORGED}, 10.0.0.8`, ['10.0.0.8', 'https', 'outside']],
    [' 10.0.0.9 , 10.0.0.8', `${FORGED}, 10.0.0.8`, ['203.0.113.7', 'https', 'outside']],
    ['uniquelocal', FORGED, ['203.0.113.7', 'https', 'outside']],
    ['192.168.0.0/16,fd00::/8', FORGED, UNSEEN],
  ])('is seen, with CODE_ROUTER_TRUST_PROXY=%s and %s, as %j', async (setting, forwardedFor, seen) => {
    expect(await clientSeen(setting, forwardedFor)).toEqual(seen);
  });

  it('is whoever connects where that is none of the proxies', async () => {
    expect(await clientSeen('10.0.0.0/8', FORGED, '203.0.113.9')).toEqual(['203.0.113.9', 'http', 'inside']);
  });
});

describe('who is believed', () => {
  it.each([
    '-1',
    '1.5',
    '21',
    'maybe',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '10.0.0',
    '10.0.0.1,',
    '::1/129',
    'proxy.example.com',
  ])('is never said by %j', (setting) => {
    expect(() => trusted(setting)).toThrow(/CODE_ROUTER_TRUST_PROXY cannot be used: /);
  });
});
