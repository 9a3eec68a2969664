import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findMember, splice, withFirstMember } from './json-member.js';

const valueAt = (json: string, name: string): string | undefined => {
  const bytes = Buffer.from(json);
  const range = findMember(bytes, name);
  return range && bytes.toString('utf8', range.start, range.end);
};

describe('finding a member in the bytes of a JSON object', () => {
  it.each([
    ['first', '{"a":1,"b":2}', 'a', '1'],
    ['last', '{"a":1,"b":2}', 'b', '2'],
    ['absent', '{"a":1}', 'b', undefined],
    ['in an empty object', '{}', 'a', undefined],
    ['not in a nested object', '{"x":{"a":1},"a":2}', 'a', '2'],
    ['not in a string that looks like it', String.raw`{"x":"\"a\":1","a":2}`, 'a', '2'],
    ['after a string that ends in a backslash', String.raw`{"x":"\\","a":2}`, 'a', '2'],
    ['with white space everywhere', ' {\n "a" :\t[1, "]" ] , "b" : null } ', 'a', '[1, "]" ]'],
    ['whose name is escaped', String.raw`{"\u0061":1}`, 'a', '1'],
    ['after multi-byte text', '{"x":"日本語😀","a":"é"}', 'a', '"é"'],
    ['twice, where the last one counts', '{"a":1,"a":2}', 'a', '2'],
    ['after a byte order mark', '\ufeff{"a":1}', 'a', '1'],
    ['in an array', '[{"a":1}]', 'a', undefined],
  ])('finds one %s', (_where, json, name, expected) => {
    expect(valueAt(json, name)).toBe(expected);
  });

  it('finds what JSON.parse finds, in any object', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })),
        fc.constantFrom(undefined, 1, '\t'),
        (object, indent) => {
          const json = JSON.stringify(object, null, indent);
          for (const [name, value] of Object.entries(object)) {
            expect(JSON.parse(valueAt(json, name) ?? 'undefined')).toEqual(JSON.parse(JSON.stringify(value)));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('changing an object in one place', () => {
  it('keeps every other byte, numbers beyond 2^53 among them', () => {
    const json = Buffer.from('{"seed":12345678901234567890, "model":"a"}');
    const range = findMember(json, 'model');
    expect(splice(json, range!, '"b"').toString()).toBe('{"seed":12345678901234567890, "model":"b"}');
  });

  it.each([
    ['{"a":1}', '{"x":0,"a":1}'],
    ['{}', '{"x":0}'],
    [' { } ', ' {"x":0 } '],
  ])('adds a first member to %s', (json, expected) => {
    expect(withFirstMember(Buffer.from(json), '"x":0').toString()).toBe(expected);
  });
});
