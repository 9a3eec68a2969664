import { describe, expect, it } from '@jest/globals';
import { periodOf, readUsageSearch } from './usage-search';

describe('the address of the usage page', () => {
  it('says what is filtered by, and nothing else', () => {
    const read = readUsageSearch({
      range: 'day',
      model: 'demo-chat',
      status: 429,
      keyId: '',
      evil: '<script>',
      from: 'x',
    });
    expect(read).toEqual({ range: 'day', model: 'demo-chat', status: '429' });
  });

  it('has moments in UTC, whatever zone they were written in', () => {
    expect(readUsageSearch({ from: '2026-03-01T02:00:00+02:00' })).toEqual({ from: '2026-03-01T00:00:00.000Z' });
  });
});

describe('the period of the usage page', () => {
  const now = new Date('2026-03-08T12:34:56Z');

  it.each([
    [{}, '2026-03-01T12:34:00.000Z'],
    [{ range: 'hour' }, '2026-03-08T11:34:00.000Z'],
    [{ range: 'day' }, '2026-03-07T12:34:00.000Z'],
    [{ range: 'month' }, '2026-02-06T12:34:00.000Z'],
    [{ range: 'custom' }, '2026-03-01T12:34:00.000Z'],
  ] as const)('of %j begins at %s and has no end', (search, from) => {
    expect(periodOf(search, now)).toEqual({ from });
  });

  it('is the one that was chosen', () => {
    const chosen = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
    expect(periodOf({ range: 'custom', ...chosen }, now)).toEqual(chosen);
  });
});
