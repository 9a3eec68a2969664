import { describe, expect, it } from '@jest/globals';
import type { DomainError } from '@code-router/contracts';
import { Problems } from './problems.js';
import { isUuid } from './uuid.js';

describe('what is wrong with an input', () => {
  const thrownBy = (problems: Problems): DomainError | undefined => {
    try {
      problems.throwIfAny();
    } catch (error) {
      return error as DomainError;
    }
    return undefined;
  };

  it('is told all at once, each field once in `fields`, the first as `param`', () => {
    const problems = new Problems();
    problems.expect(true, 'id', 'must be a UUID');
    expect(thrownBy(problems)).toBeUndefined();
    problems.expect(false, 'name', 'must not be empty');
    problems.expect(false, 'limit', 'must be positive');
    problems.expect(false, 'name', 'must be one line');
    expect(thrownBy(problems)).toMatchObject({
      code: 'invalid_request_error',
      message: 'name must not be empty; limit must be positive; name must be one line.',
      details: { param: 'name', fields: 'name,limit' },
    });
  });

  it('is told fifty times, and how often besides', () => {
    const problems = new Problems();
    for (let line = 0; line < 53; line += 1) problems.expect(false, `line${line}`, 'is wrong');
    const error = thrownBy(problems);
    expect(error?.message).toMatch(/line49 is wrong; and 3 more\.$/);
    expect(String(error?.details['fields']).split(',')).toHaveLength(50);
  });
});

describe('a UUID', () => {
  it.each([
    ['00000000-0000-0000-0000-000000000000', true],
    ['0190b3c1-6b1e-7c3a-9a52-0f5d3c2b1a09', true],
    ['0190B3C1-6B1E-7C3A-9A52-0F5D3C2B1A09', true],
    ['0190b3c16b1e7c3a9a520f5d3c2b1a09', false],
    ['0190b3c1-6b1e-7c3a-9a52-0f5d3c2b1a0', false],
    ['0190b3c1-6b1e-7c3a-9a52-0f5d3c2b1a09\n', false],
    ['', false],
    [null, false],
    [5, false],
  ])('is %j: %j', (value, expected) => {
    expect(isUuid(value)).toBe(expected);
  });
});
