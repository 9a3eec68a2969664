import { describe, expect, it } from '@jest/globals';
import type { MemberKey } from '@code-router/contracts';
import { emptyKey, isAmountOrEmpty, keyOfValues, valuesOfKey } from './key-form-values';

const key: MemberKey = {
  id: 'a',
  accountId: 'b',
  name: 'laptop',
  prefix: 'sk-cr-abc',
  status: 'active',
  group: 'vip',
  quotaNanos: '2500000',
  spentNanos: '0',
  heldNanos: '0',
  budget: {
    nanos: '9223372036854775807',
    period: 'days',
    days: 3,
    timeZone: 'Europe/Berlin',
    spentNanos: '0',
    heldNanos: '0',
    countsSince: '2026-01-01T00:00:00Z',
    resetsAt: '2026-01-04T00:00:00Z',
  },
  allowedModels: ['demo-chat'],
  allowedIps: ['10.0.0.0/8'],
  showCost: false,
  expiresAt: '2027-01-01T00:00:00.000Z',
  lastUsedAt: null,
  retiring: [],
  createdAt: '2026-01-01T00:00:00Z',
  requestsPerMinute: 60,
  tokensPerMinute: null,
  concurrencyMax: 4,
  createdBy: null,
};

describe('the form of a key', () => {
  it('sends back what the key already is, to the last nano', () => {
    expect(keyOfValues(valuesOfKey(key))).toEqual({
      name: 'laptop',
      quotaCredits: '0.0025',
      budget: { credits: '9223372036.854775807', period: 'days', days: 3, timeZone: 'Europe/Berlin' },
      group: 'vip',
      allowedModels: ['demo-chat'],
      allowedIps: ['10.0.0.0/8'],
      requestsPerMinute: 60,
      tokensPerMinute: null,
      concurrencyMax: 4,
      showCost: false,
      expiresAt: '2027-01-01T00:00:00.000Z',
    });
  });

  it('takes an empty field for no restriction', () => {
    const { name: _name, showCost, ...restrictions } = keyOfValues({ ...emptyKey(), name: 'laptop' });
    expect(showCost).toBe(true);
    expect(Object.values(restrictions).every((value) => value === null)).toBe(true);
  });

  it.each([
    ['', true],
    ['12.5', true],
    ['0.0000000001', false],
    ['-1', false],
    ['one', false],
  ])('takes %p for an amount: %p', (text, isTaken) => {
    expect(isAmountOrEmpty(text)).toBe(isTaken);
  });
});
