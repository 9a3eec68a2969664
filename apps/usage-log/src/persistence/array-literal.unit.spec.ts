import { describe, expect, it } from '@jest/globals';
import { arrayLiteral } from './array-literal.js';

describe('an array literal', () => {
  it.each([
    ['of none', [], 'text', '{}'],
    ['of texts', ['a', '', 'NULL', 'b,c', '{}', ' '], 'text', '{"a","","NULL","b,c","{}"," "}'],
    ['of texts with quotes and backslashes', ['"\\', `it's`], 'text', `{"\\"\\\\","it's"}`],
    ['of JSON', ['{"a":["\\n"]}'], 'jsonb', '{"{\\"a\\":[\\"\\\\n\\"]}"}'],
    ['of numbers', [1, -2n, '3e4', null, undefined], 'numeric', '{1,-2,3e4,NULL,NULL}'],
    [
      'of values that come again',
      ['a"', 'a"', null, null, 'a"', '', 'a"'],
      'text',
      '{"a\\"","a\\"",NULL,NULL,"a\\"","","a\\""}',
    ],
    ['of truths', [true, false], 'boolean', '{true,false}'],
  ])('%s is what PostgreSQL reads', (_, values, type, expected) => {
    expect(arrayLiteral(values, type)).toBe(expected);
  });
});
