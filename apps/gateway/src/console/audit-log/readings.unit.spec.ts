import { describe, expect, it } from '@jest/globals';
import { readingOf, type Asked } from './readings.js';

const READABLE = new Set([
  '/api/accounts',
  '/api/accounts/:id',
  '/api/channels',
  '/api/channels/:id',
  '/api/settings/site',
  '/api/groups',
]);
const asked = (method: string, route: string, path: string, body: Record<string, unknown> = {}): Asked => ({
  method,
  route,
  path,
  body,
});
const reading = (...request: Parameters<typeof asked>) => readingOf(asked(...request), (route) => READABLE.has(route));

describe('what a request of the administration is about', () => {
  it.each([
    ['PATCH', '/api/accounts/:id', '/api/accounts/7', '/api/accounts/7'],
    ['DELETE', '/api/channels/:id', '/api/channels/7', '/api/channels/7'],
    ['POST', '/api/accounts/:id/grants', '/api/accounts/7/grants', '/api/accounts/7'],
    ['POST', '/api/accounts/:id/keys', '/api/accounts/7/keys', '/api/accounts/7'],
    ['POST', '/api/channels/:id/test', '/api/channels/7/test', '/api/channels/7'],
    ['PUT', '/api/settings/site', '/api/settings/site', '/api/settings/site'],
  ])('is read for %s %s (%s) at %s', (method, route, path, url) => {
    expect(reading(method, route, path)).toEqual({ url });
  });

  it.each([
    ['POST', '/api/accounts', '/api/accounts'],
    ['POST', '/api/channels', '/api/channels'],
    ['POST', '/api/refunds', '/api/refunds'],
    ['PATCH', '/api/unread/:id', '/api/unread/7'],
  ])('is nothing yet, or nothing that can be read, for %s %s', (method, route, path) => {
    expect(reading(method, route, path)).toBeNull();
  });

  it('is the one item of a list that has no address of its own', () => {
    const group = reading('PUT', '/api/groups', '/api/groups', { name: 'vip' });
    expect(group?.url).toBe('/api/groups?limit=200');
    const items = [{ name: 'default' }, { name: 'vip', multiplierMillionths: '5' }];
    expect(group?.pick?.({ items })).toEqual(items[1]);
    expect(group?.pick?.({ items: [] })).toBeNull();
    expect(group?.pick?.('an error')).toBeNull();
  });

  it('is what the body names, whatever is in the name', () => {
    const model = reading('PATCH', '/api/models', '/api/models', { name: 'a/b&c=d' });
    expect(model?.url).toBe('/api/models/by-name?name=a%2Fb%26c%3Dd');
    expect(reading('PATCH', '/api/models', '/api/models', { name: { no: 'text' } })?.url).toBe(
      '/api/models/by-name?name=',
    );
  });
});
