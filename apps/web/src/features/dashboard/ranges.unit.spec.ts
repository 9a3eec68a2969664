import { describe, expect, it } from '@jest/globals';
import type { UsagePoint } from '@code-router/contracts';
import { rangePeriod, spending } from './ranges';

const now = new Date('2026-03-10T10:30:00Z');

describe('the periods of the dashboard', () => {
  it.each([
    ['day', '2026-03-09T11:00:00.000Z', '2026-03-10T11:00:00.000Z'],
    ['week', '2026-03-04T00:00:00.000Z', '2026-03-11T00:00:00.000Z'],
    ['month', '2026-02-09T00:00:00.000Z', '2026-03-11T00:00:00.000Z'],
  ] as const)('of a %s begin at %s and end at %s', (range, from, to) => {
    const period = rangePeriod(range, now);
    expect([period.from.toISOString(), period.to.toISOString()]).toEqual([from, to]);
  });

  it('take in a moment on the edge of a bucket', () => {
    const edge = new Date('2026-03-10T00:00:00Z');
    expect(rangePeriod('week', edge).to.toISOString()).toBe('2026-03-11T00:00:00.000Z');
  });
});

describe('spending', () => {
  it('is the sum of all days, and of the last seven', () => {
    const day = (bucket: string, amountNanos: string) => ({ bucket, amountNanos }) as UsagePoint;
    const points = [
      day('2026-02-20T00:00:00Z', '5'),
      day('2026-03-03T00:00:00Z', '7'),
      day('2026-03-04T00:00:00Z', '11'),
    ];
    expect(spending(points, now)).toEqual({ monthNanos: 23n, weekNanos: 11n });
  });
});
