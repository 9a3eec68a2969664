import { describe, expect, it } from '@jest/globals';
import { usernameFrom, usernameFromHint } from './username.js';

describe('a user name', () => {
  it.each([
    ['alice', 'alice'],
    [' Alice ', 'alice'],
    ['a.b-c_d9', 'a.b-c_d9'],
    ['ab', null],
    ['', null],
    ['.abc', null],
    ['a b c', null],
    ['a@example.com', null],
    ['аlice', null],
    ['x'.repeat(65), null],
    ['a\u0000bc', null],
  ])('%j is %j', (text, name) => {
    expect(usernameFrom(text)).toBe(name);
  });

  it.each([
    ['Alice Liddell', 'alice-liddell'],
    ['alice@example.com', 'alice'],
    ['李', 'user'],
    ['', 'user'],
    [undefined, 'user'],
    ['--x1y', 'x1y'],
  ])('made from the hint %j is %j, and valid', (hint, name) => {
    expect(usernameFromHint(hint)).toBe(name);
    expect(usernameFrom(usernameFromHint(hint))).toBe(name);
  });
});
