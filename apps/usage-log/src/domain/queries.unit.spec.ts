import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ListUsageRollups, UsageStatisticsRequest } from '@code-router/contracts';
import { cursorAfter, recordsQuery } from './records-query.js';
import { rollupsQuery } from './rollups-query.js';
import { statisticsQuery } from './statistics-query.js';

const refusal = (fields: string) =>
  expect.objectContaining({ code: 'invalid_request_error', details: { param: expect.any(String), fields } });

function thrownBy(attempt: () => unknown): unknown {
  try {
    attempt();
    return 'nothing';
  } catch (error) {
    return error;
  }
}

describe('recordsQuery', () => {
  it('continues where a cursor says', () => {
    const position = { completedAt: new Date('2026-03-01T10:20:30.456Z'), id: randomUUID() };
    expect(recordsQuery({ cursor: cursorAfter(position), limit: 7 })).toEqual({
      after: position,
      limit: 7,
      filters: {},
    });
  });

  it.each<[string, object, string]>([
    ['a limit of 0', { limit: 0 }, 'limit'],
    ['a limit of 201', { limit: 201 }, 'limit'],
    ['a limit that is text', { limit: '5' }, 'limit'],
    ['a cursor that is not ours', { cursor: 'nonsense' }, 'cursor'],
    ['a cursor without an id', { cursor: Buffer.from('1 x').toString('base64url') }, 'cursor'],
    [
      'a cursor at a moment that does not exist',
      { cursor: Buffer.from(`9999999999999999 ${randomUUID()}`).toString('base64url') },
      'cursor',
    ],
    ['a filter that is not text', { accountId: 1 }, 'accountId'],
    ['a filter with NUL', { model: 'a\u0000' }, 'model'],
    ['several of these', { limit: -1, cursor: '', keyId: {} }, 'limit,cursor,keyId'],
  ])('refuses %s', (_, request, fields) => {
    expect(thrownBy(() => recordsQuery(request))).toEqual(refusal(fields));
  });
});

describe('rollupsQuery', () => {
  const request: ListUsageRollups = {
    accountId: 'a',
    granularity: 'hour',
    from: '2026-03-01T00:00:00Z',
    to: '2026-03-02T00:00:00+01:00',
  };

  it('reads both ends with their time zones', () => {
    expect(rollupsQuery(request)).toMatchObject({ to: new Date('2026-03-01T23:00:00Z') });
  });

  it.each<[string, object, string]>([
    ['no account', { accountId: '' }, 'accountId'],
    ['another granularity', { granularity: 'month' }, 'granularity'],
    ['a start without a time zone', { from: '2026-03-01T00:00:00' }, 'from'],
    ['an end that is no time', { to: 'today' }, 'to'],
    ['an end before the start', { to: '2026-02-28T00:00:00Z' }, 'to'],
    ['more than 31 days of hours', { to: '2026-04-01T00:00:01Z' }, 'to'],
    ['more than 400 days', { granularity: 'day', to: '2027-04-06T00:00:01Z' }, 'to'],
  ])('refuses %s', (_, wrong, fields) => {
    expect(thrownBy(() => rollupsQuery({ ...request, ...wrong } as ListUsageRollups))).toEqual(refusal(fields));
  });
});

describe('statisticsQuery', () => {
  const request: UsageStatisticsRequest = {
    granularity: 'hour',
    from: '2026-03-01T00:59:59Z',
    to: '2026-03-02T00:00:00Z',
  };

  it('begins with the bucket that the start lies in, and has latencies unless they are left out', () => {
    const query = { from: new Date('2026-03-01T00:00:00Z'), groupBy: 'none', withLatency: true };
    expect(statisticsQuery(request)).toMatchObject(query);
    expect(statisticsQuery({ ...request, latency: 'none' })).toMatchObject({ ...query, withLatency: false });
  });

  it.each<[string, object, string]>([
    ['another grouping', { groupBy: 'user' }, 'groupBy'],
    ['other latencies', { latency: 'mean' }, 'latency'],
    ['a model that is no text', { model: 7 }, 'model'],
  ])('refuses %s', (_, wrong, fields) => {
    expect(thrownBy(() => statisticsQuery({ ...request, ...wrong } as UsageStatisticsRequest))).toEqual(
      refusal(fields),
    );
  });
});
