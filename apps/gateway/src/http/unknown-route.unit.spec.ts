import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { unknownRoute } from './unknown-route.js';

const asked = (method: string, url: string) =>
  unknownRoute(new NotFoundException(`Cannot ${method} ${url}`), { method, url });

describe('what is said of a path that nothing serves', () => {
  it.each([
    ['POST', '/chat/completions', '/chat/completions', /below \/v1: let the client's base URL end in it/],
    ['GET', '/models?limit=1', '/models', /below \/v1/],
    ['POST', '/v1/v1/chat/completions', '/v1/v1/chat/completions', /twice/],
    ['POST', '/v1/nothing', '/v1/nothing', /For callers there are POST \/v1\/chat\/completions, /],
    ['GET', '/v1', '/v1', /For callers there are/],
    ['GET', '/api/nothing', '/api/nothing', /\/api\/docs lists/],
  ])('%s %s: which path, and what to do', (method, url, path, advice) => {
    const error = asked(method, url);
    expect(error?.code).toBe('not_found');
    expect(error?.message).toContain(`There is no ${method} ${path} here. `);
    expect(error?.message).toMatch(advice);
  });

  it('is not said of what else was not found', () => {
    const request = { method: 'GET', url: '/api/accounts/1' };
    expect(unknownRoute(new NotFoundException('There is no such account.'), request)).toBeUndefined();
    expect(unknownRoute(new Error('Cannot GET /api/accounts/1'), request)).toBeUndefined();
  });
});
