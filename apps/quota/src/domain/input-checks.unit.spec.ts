import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@code-router/contracts';
import { InputChecks } from './input-checks.js';

/** @returns what the check read, or the sentence that it was refused with. */
function outcomeOf<Value>(read: (checks: InputChecks) => Value): Value | string {
  const checks = new InputChecks();
  const value = read(checks);
  try {
    checks.done();
    return value;
  } catch (error) {
    return error instanceof DomainError ? error.message : 'not a domain error';
  }
}

const bounds = { min: 1n, max: 10n };

describe('an input', () => {
  it('names every field that is wrong, for forms, and the first of them', () => {
    const checks = new InputChecks();
    checks.name('name', '');
    checks.uuid('id', 'x');
    checks.name('name', 5);
    expect(() => checks.done()).toThrow(
      expect.objectContaining({ code: 'invalid_request_error', details: { param: 'name', fields: 'name,id' } }),
    );
  });

  it.each<[string, (checks: InputChecks) => unknown, unknown]>([
    [
      'a UUID, in lower case',
      (c) => c.uuid('id', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'),
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    ],
    ['no UUID', (c) => c.uuid('id', 'a0eebc99'), 'id must be a UUID.'],
    ['a name, trimmed', (c) => c.name('name', ' ü '), 'ü'],
    ['a blank name', (c) => c.name('name', ' '), 'name must not be empty.'],
    ['an amount', (c) => c.nanos('amount', '10', bounds), 10n],
    ['an amount below', (c) => c.nanos('amount', '0', bounds), 'amount must be from 1 to 10 nanos.'],
    ['an amount above', (c) => c.nanos('amount', '11', bounds), 'amount must be from 1 to 10 nanos.'],
    [
      'an amount with a sign',
      (c) => c.nanos('amount', '+5', bounds),
      'amount must be a whole number of nanos, as a decimal string of at most 64 bits.',
    ],
    ['a whole number', (c) => c.wholeNumber('n', 3, { min: 1, max: 3 }), 3],
    [
      'a number in a string',
      (c) => c.wholeNumber('n', '3', { min: 1, max: 3 }),
      'n must be a whole number from 1 to 3.',
    ],
    [
      'an infinite number',
      (c) => c.wholeNumber('n', Infinity, { min: 1, max: 3 }),
      'n must be a whole number from 1 to 3.',
    ],
    ['an instant', (c) => c.instant('at', '2030-01-31T12:00+02:00'), '2030-01-31T10:00:00.000Z'],
    [
      'a time without offset',
      (c) => c.instant('at', '2030-01-31T12:00:00'),
      expect.stringContaining('at must be a time'),
    ],
    ['a choice', (c) => c.oneOf('status', 'b', ['a', 'b']), 'b'],
    ['no choice', (c) => c.oneOf('status', 'c', ['a', 'b']), 'status must be one of a, b.'],
    ['an absent field', (c) => c.optional(undefined, (value) => c.uuid('id', value)), undefined],
    ['null for none', (c) => c.nullable(null, (value) => c.uuid('id', value)), null],
    ['null where it is not allowed', (c) => c.optional(null, (value) => c.uuid('id', value)), 'id must be a UUID.'],
  ])('reads %s', (_, read, expected) => {
    expect(outcomeOf(read)).toEqual(expected);
  });
});
