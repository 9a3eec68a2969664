import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InputChecks } from './input-checks.js';
import { cursorAt, cursorPosition, pageOf, pageStart } from './page.js';

const POSITION = fc.bigInt({ min: 1n, max: 9_223_372_036_854_775_807n });

describe('a cursor', () => {
  it('leads back to its position, in its own list only', () => {
    fc.assert(
      fc.property(POSITION, (position) => {
        const cursor = cursorAt('keys', position);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(cursorPosition('keys', cursor)).toBe(position);
        expect(cursorPosition('accounts', cursor)).toBeNull();
      }),
    );
  });

  it('is refused when it is anything but what was handed out', () => {
    fc.assert(fc.property(fc.string(), (text) => cursorPosition('keys', text) === null));
    const cursor = cursorAt('keys', 12n);
    const forged = ['keys:0', 'keys:-1', 'keys:1.5', 'keys:9223372036854775808', 'keys:1:2', 'keys:', 'keys: 1'];
    const wrong = [`${cursor}=`, ` ${cursor}`, cursor.slice(1), ...forged.map((text) => btoa(text).replace(/=+$/, ''))];
    for (const text of wrong) expect(cursorPosition('keys', text)).toBeNull();
  });
});

describe('a page', () => {
  it('has 50 items unless it was asked for up to 200', () => {
    expect(pageStart('keys', {}, new InputChecks())).toEqual({ before: null, limit: 50 });
    expect(pageStart('keys', { limit: 200 }, new InputChecks())).toEqual({ before: null, limit: 200 });
  });

  it('has a cursor exactly when there is more', () => {
    const found = [9n, 7n, 4n].map((position) => ({ position, item: `item ${position}` }));
    expect(pageOf('keys', { before: null, limit: 3 }, found)).toEqual({ items: ['item 9', 'item 7', 'item 4'] });
    expect(pageOf('keys', { before: null, limit: 2 }, found)).toEqual({
      items: ['item 9', 'item 7'],
      nextCursor: cursorAt('keys', 7n),
    });
    expect(pageOf('keys', { before: null, limit: 2 }, [])).toEqual({ items: [] });
  });
});
