import { describe, expect, it } from '@jest/globals';
import { requestTarget } from './request-target.js';

describe('the target of a request', () => {
  it.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/chat/completions/', '/v1/chat/completions'],
    ['/v1//chat/completions', '/v1/chat/completions'],
    ['//v1/chat//completions//?a=//b/', '/v1/chat/completions?a=//b/'],
    ['/v1/models?path=/a//b/', '/v1/models?path=/a//b/'],
    ['/v1/', '/v1'],
    ['http://host:3000/v1/chat/completions?x=1', '/v1/chat/completions?x=1'],
    ['HTTPS://host', '/'],
    ['http://host?x=1', '/?x=1'],
    ['*', '*'],
    // Other paths are left as they are: rules of the console compare them.
    ['//api/users', '//api/users'],
    ['/api//users/', '/api//users/'],
    ['/v1x//', '/v1x//'],
  ])('%s is %s', (url, target) => {
    expect(requestTarget(url)).toBe(target);
  });
});
