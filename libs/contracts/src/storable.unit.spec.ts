import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storable } from './storable.js';

describe('storable', () => {
  it.each<[string, unknown, unknown]>([
    ['NUL', 'a\u0000b', 'a\uFFFDb'],
    ['half a surrogate pair', '\ud83d', '\uFFFD'],
    ['both inside lists and objects', { list: [{ 'n\u0000': '\udc00' }] }, { list: [{ 'n\uFFFD': '\uFFFD' }] }],
  ])('replaces %s', (_, given, stored) => {
    expect(storable(given)).toEqual(stored);
  });

  it('leaves everything else as it is', () => {
    const said = {
      userAgent: 'naïve 🚀 日本語 \u0001\n',
      keyName: String.raw`looks like \u0000`,
      tokens: { input: 7 },
    };
    expect(storable(said)).toEqual(said);
    for (const plain of [null, true, 0, 1.5, undefined, []]) expect(storable(plain)).toEqual(plain);
  });

  it('makes any JSON what PostgreSQL takes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.stringify(storable(value))).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i);
      }),
    );
  });
});
