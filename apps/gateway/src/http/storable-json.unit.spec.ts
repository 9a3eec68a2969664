import { describe, expect, it } from '@jest/globals';
import type { DomainError } from '@code-router/contracts';
import { refuseUnstorable } from './storable-json.js';

function refusal(json: string): { code: string; param: unknown } | undefined {
  try {
    refuseUnstorable(JSON.parse(json));
  } catch (error) {
    const { code, details } = error as DomainError;
    return { code, param: details['param'] };
  }
  return undefined;
}

describe('JSON that a database can keep', () => {
  it.each(['null', '5', '"text"', '[]', '{"a":{"b":["😀","\\ud83d\\ude00","\\n"]}}', '"\\u0001"'])(
    'is let through: %s',
    (json) => {
      expect(refusal(json)).toBeUndefined();
    },
  );

  it.each([
    ['"\\u0000"', null],
    ['{"name":"a\\u0000b"}', 'name'],
    ['{"name":"\\ud800"}', 'name'],
    ['{"name":"\\ude00\\ud83d"}', 'name'],
    ['{"models":["a",{"tags":["\\udfff"]}]}', 'models.1.tags.0'],
    ['{"settings":{"\\u0000":1}}', 'settings'],
  ])('is told from what it cannot, with the field: %s', (json, param) => {
    expect(refusal(json)).toEqual({ code: 'invalid_request_error', param });
  });

  it('is refused when it is nested so deeply that nothing could walk through it', () => {
    expect(refusal('['.repeat(100_000) + ']'.repeat(100_000))).toBeDefined();
  });
});
